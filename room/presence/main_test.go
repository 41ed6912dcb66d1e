package presence

import (
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(shared{m}) }

// shared ends what the tests share before leaks are looked for.
type shared struct{ *testing.M }

func (s shared) Run() int {
	defer func() {
		if one != nil {
			one.stop()
		}
	}()
	return s.M.Run()
}
