package main

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails when a test leaves a goroutine behind: a server that has
// stopped has stopped altogether.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
