package main

import (
	"flag"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// The chaos driver: real redis-servers, one to three real hearth processes, and
// participants who send sound and picture, come back by themselves as the page
// does, and measure the longest time in which they heard nothing.
//
// Every fault is a case. The rules are asserted: never two servers that forward
// for one room, never more seats than the cap, nobody in who was removed, no
// hold lost, no ghost. Times are noted beside what is promised (deploy/CHAOS.md);
// asserted is only what would show a broken mechanism, since the machine that
// tests may be busy.
//
// "make chaos" runs every fault many times, and then a soak of random ones.
var (
	chaosRuns = flag.Int("chaos.runs", 0, "run every fault so often; 0: a short selection, once")
	chaosSoak = flag.Duration("chaos.soak", 0, "random faults for so long")
	chaosLong = flag.Bool("chaos.long", false, "a frozen Redis stays so for ten minutes, once")
)

// chaos is what all faults share.
type chaos struct {
	bin      string
	table    *figures
	fault    string // which goes on
	longDone bool   // the ten minutes of a frozen Redis
}

// fault is one case.
type fault struct {
	name  string
	short bool // of the selection that runs in every test
	run   func(t *testing.T, c *chaos)
}

// faults are all of them, in the order of the table.
func faults() (all []fault) {
	for _, list := range [][]fault{redisFaults, aloneFaults, ownerFaults, cutFaults, drainFaults, seatFaults, strangerFaults} {
		all = append(all, list...)
	}
	return all
}

func TestChaos(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	c := &chaos{bin: buildServer(t), table: &figures{}}
	defer func() { t.Logf("what was reached:\n%s", c.table) }()
	for _, f := range faults() {
		if *chaosRuns == 0 && !f.short {
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			for i := range max(1, *chaosRuns) {
				c.fault = f.name
				t.Run(strconv.Itoa(i), func(t *testing.T) { f.run(t, c) })
			}
		})
	}
	if *chaosSoak > 0 {
		t.Run("soak", func(t *testing.T) { soak(t, c, *chaosSoak) })
	}
}

// buildServer builds the program as it is.
func buildServer(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "hearth")
	args := append(append([]string{"build"}, raceFlags...), "-o", bin, ".")
	if out, err := exec.CommandContext(t.Context(), "go", args...).CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

// took notes a time of the fault that goes on, and fails beyond a generous bound.
func (c *chaos) took(t *testing.T, what, promise string, d, bound time.Duration) {
	t.Helper()
	c.table.took(c.fault, what, promise, d)
	t.Logf("%s: %v", what, d.Round(time.Millisecond))
	if d > bound {
		t.Errorf("%s: %v, more than %v", what, d.Round(time.Millisecond), bound)
	}
}
