package main

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

func TestSimulationOptions(t *testing.T) {
	for _, c := range []struct {
		args  []string
		kind  simulation
		rooms int
	}{
		{[]string{"-simulate"}, simulateRedis, 10_000},
		{[]string{"--simulate=redis", "-rooms", "50"}, simulateRedis, 50},
		{[]string{"-simulate=node"}, simulateNode, 200},
	} {
		o, err := parseOptions(c.args, io.Discard)
		if err != nil || o.simulate != c.kind || o.rooms != c.rooms || o.participants != 14 || o.duration != time.Minute || o.timeout != 300*time.Millisecond {
			t.Errorf("%q: %+v, %v", c.args, o, err)
		}
	}
}

func TestSimulationOptionsRefused(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"-simulate=everything"}, "want redis or node"},
		{[]string{"-simulate", "node"}, "argument"},
		{[]string{"-simulate", "-url", "http://localhost"}, "-url"},
		{[]string{"-simulate", "-loss", "1"}, "-loss"},
		{[]string{"-simulate", "-rooms", "50001"}, "-rooms"},
		{[]string{"-simulate=node", "-rooms", "2001"}, "-rooms"},
		{[]string{"-simulate", "-participants", "20"}, "-participants"},
		{[]string{"-simulate", "-duration", "1s"}, "-duration"},
		{[]string{"-simulate", "-nodes", "0"}, "-nodes"},
		{[]string{"-simulate", "-events", "NaN"}, "-events"},
		{[]string{"-simulate=node", "-commands", "-1"}, "-commands"},
		{[]string{"-simulate", "-timeout", "1ms"}, "-timeout"},
		{[]string{"-simulate", "-redis", "127.0.0.1:6379"}, "-redis"},
		{[]string{"-simulate", "-redis", "redis://a,b"}, "-redis"},
		{[]string{"-simulate", "-redis", "redis://127.0.0.1?cluster=true"}, "-redis"},
		{[]string{"-simulate", "-redis", "unix://"}, "-redis"},
		{[]string{"-simulate", "-redis", "redis://127.0.0.1", "-append"}, "-append"},
		{[]string{"-url", "http://localhost", "-key-file", "key", "-events", "1"}, "-simulate"},
	} {
		if _, err := parseOptions(c.args, io.Discard); !errors.Is(err, errUsage) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v; want something about %s", c.args, err, c.says)
		}
	}
}

// A simulation writes to one's own Redis only.
func TestSimulationIsForOwnRedis(t *testing.T) {
	var stdout, stderr strings.Builder
	if code := run(t.Context(), []string{"-simulate", "-redis", "redis://198.51.100.7:6379"}, &stdout, &stderr); code != 2 || !strings.Contains(stderr.String(), "your own") {
		t.Errorf("code %d, %s", code, stderr.String())
	}
}
