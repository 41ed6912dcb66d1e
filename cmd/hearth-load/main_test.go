package main

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain looks for goroutines left behind, and removes the server that the
// tests have built.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if buildDir != "" {
			_ = os.RemoveAll(buildDir)
		}
		os.Exit(code)
	}))
}
