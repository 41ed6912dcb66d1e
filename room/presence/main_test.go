package presence

import (
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(shared{m}) }

// shared ends what the tests share before leaks are looked for.
type shared struct{ *testing.M }

func (s shared) Run() int {
	code := s.M.Run()
	if one != nil {
		one.stop()
	}
	// A closed pool of go-redis whose server was gone looks once more, a second
	// later, and ends.
	for end := time.Now().Add(5 * time.Second); goleak.Find() != nil && time.Now().Before(end); {
		time.Sleep(100 * time.Millisecond)
	}
	return code
}
