package main

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"hearth/room/sfu/relay/relaytest"
)

// relayCert and relayKey are files with an identity of 127.0.0.1 that this
// process trusts.
var relayCert, relayKey string

// TestMain fails when a test leaves a goroutine behind: a server that has
// stopped has stopped altogether.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "hearth")
	if err == nil {
		relayCert, relayKey, err = relaytest.Trust(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(dir)
		os.Exit(code)
	}))
}
