package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
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
	chaosRuns     = flag.Int("chaos.runs", 0, "run every fault so often; 0: a short selection, once")
	chaosSoak     = flag.Duration("chaos.soak", 0, "random faults for so long")
	chaosLong     = flag.Bool("chaos.long", false, "a frozen Redis stays so for ten minutes, once")
	chaosParallel = flag.Int("chaos.parallel", 0, "so many runs side by side; 0: one, or two of the short selection")
	chaosTable    = flag.String("chaos.table", "", "a file for the table, written anew after every run")
	chaosOld      = flag.String("chaos.old", "", "a commit: the earlier version of the cases with two versions")
	chaosPromised = flag.Bool("chaos.promised", false, "only the faults for which the design promises a figure")
)

// chaos is what all runs share, and what one run is.
type chaos struct {
	bin   string
	table *figures
	older func(t *testing.T) string // the program of an earlier version; skips where there is none

	fault string // which goes on
	run   int    // of the same fault; from 0
}

// fault is one case.
type fault struct {
	name  string
	short bool // of the selection that runs in every test
	run   func(t *testing.T, c *chaos)
}

// faults are all of them, in the order of the table.
func faults() (all []fault) {
	for _, list := range [][]fault{redisFaults, manyRedisFaults, aloneFaults, linkFaults, ownerFaults, cutFaults, threeFaults, drainFaults, versionFaults, seatFaults, strangerFaults} {
		all = append(all, list...)
	}
	return all
}

func TestChaos(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	c := &chaos{bin: buildServer(t, "."), table: &figures{}, older: olderServer(t)}
	for _, f := range faults() {
		c.table.listed = append(c.table.listed, f.name)
	}
	defer func() {
		t.Logf("what was reached:\n%s", c.table)
		c.table.save(t, *chaosTable)
	}()
	c.all(t, chosen())
	for _, name := range c.table.promising() {
		if !promised[name] {
			t.Errorf("%q promises a figure and is not among those that do", name)
		}
	}
	if *chaosSoak > 0 {
		t.Run("soak", func(t *testing.T) { soak(t, c, *chaosSoak) })
	}
}

// frozenLong is a fault of ten minutes, which runs once, with chaos.long.
const frozenLong = "Redis frozen for ten minutes"

// promised are the faults for which a figure is promised, more than that nothing is
// heard and that two servers do not forward together: what twenty runs are needed
// for.
var promised = map[string]bool{
	"Redis killed, back with its data": true, "Redis killed, back empty": true, "Redis frozen": true, frozenLong: true,
	"Redis slow: 0.2 s an answer": true, "Redis slow: 2 s an answer": true, "Redis read-only": true, "Redis full": true,
	"Sentinel: the primary killed": true, "Redis Cluster: the primary of the room killed": true, "Redis Cluster: the primary of the nodes killed": true,
	"SIGTERM, and started again": true, "SIGTERM twice": true, "all sockets half-open": true,
	"sound and picture half-open": true, "a laptop sleeps for 40 s": true, "a laptop sleeps longer than the grace": true,
	"owner killed": true, "owner killed, and the next one": true, "owner frozen until it is taken over, then resumed": true,
	"owner frozen for 2 s, then resumed": true, "owner frozen for 0.7 s, then resumed": true, // where it was taken over
	"owner cut from Redis": true, "owner refused by Redis": true, "the other server cut from Redis": true, "Redis away for all servers": true,
	"Redis back empty, for two servers": true, "Redis fails over to a replica that lost writes": true,
	"drain": true, "drain, with pages that do not know of it": true, "drain, a facilitator acts at once": true, "drain, when Redis has just stood still for 4 s": true, "rolling restart of three servers": true,
	"rolling restart to another version and back": true, "owner killed, another version goes on": true,
	"60 join for 15 seats over two servers": true, "removed, then the same invitation": true, "both servers die, nobody comes back": true,
	"muted, hidden, and hostile through two deaths": true, "strangers on the internal listener": true, "garbage in Redis": true,
}

// TestPromised: what is promised exists.
func TestPromised(t *testing.T) {
	for name := range promised {
		if !slices.ContainsFunc(faults(), func(f fault) bool { return f.name == name }) {
			t.Errorf("no fault is called %q", name)
		}
	}
}

// promising are the faults of the table that have a figure beside them which says
// more than that nothing is heard, or that one server forwards.
func (f *figures) promising() (names []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for name, rows := range f.rows {
		if slices.ContainsFunc(rows, func(r *row) bool {
			return !slices.Contains([]string{"", "-", "none"}, r.promise) && r.what != "two servers forward together"
		}) {
			names = append(names, name)
		}
	}
	return names
}

// chosen are the runs that were asked for: the first of every fault, the second of
// every fault and so on, so that an interrupted session has figures of all.
func chosen() (runs []chaosRun) {
	for i := range max(1, *chaosRuns) {
		for _, f := range faults() {
			if *chaosRuns == 0 && !f.short || *chaosPromised && !promised[f.name] {
				continue
			}
			if f.name == frozenLong && (!*chaosLong || i > 0) {
				continue
			}
			runs = append(runs, chaosRun{f, i})
		}
	}
	return runs
}

// chaosRun is one run of a fault.
type chaosRun struct {
	fault
	index int
}

// sideBySide is how many runs go on at once: most of each is waiting. Times are
// worth what "how late the driver itself was" says beside them. No other test of
// this package goes on meanwhile: a Redis that is not given 300 ms is a fault of
// its own.
func sideBySide() int {
	switch {
	case *chaosParallel > 0:
		return *chaosParallel
	case *chaosRuns == 0:
		return 2
	}
	return 1
}

// all does the runs, some of them at once.
func (c *chaos) all(t *testing.T, runs []chaosRun) {
	next := make(chan chaosRun)
	var workers sync.WaitGroup
	for range sideBySide() {
		workers.Go(func() {
			for r := range next {
				c.one(t, r)
			}
		})
	}
	for _, r := range runs {
		next <- r
	}
	close(next)
	workers.Wait()
}

// one does one run, and tells who waits for many of them.
func (c *chaos) one(t *testing.T, r chaosRun) {
	began, result := time.Now(), ""
	t.Run(r.name+"/"+strconv.Itoa(r.index), func(t *testing.T) {
		own := &chaos{bin: c.bin, older: c.older, table: c.table, fault: r.name, run: r.index}
		t.Cleanup(func() { result = own.ended(t) }) // after all that the run cleans up
		r.fault.run(t, own)
	})
	if result == "" || *chaosRuns == 0 {
		return // not chosen by -run, or nobody waits
	}
	c.table.save(t, *chaosTable)
	fmt.Fprintf(os.Stderr, "chaos: %s %s, run %d of %d: %s after %v\n", time.Now().Format(time.TimeOnly), r.name, r.index+1, *chaosRuns, result, time.Since(began).Round(time.Second))
}

// ended notes the end of a run and says how it went.
func (c *chaos) ended(t *testing.T) string {
	if t.Skipped() {
		return "skipped"
	}
	c.table.ended(c.fault, t.Failed())
	if t.Failed() {
		return "FAILED"
	}
	return "passed"
}

// buildServer builds the program in a folder.
func buildServer(t *testing.T, dir string) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "hearth")
	args := append(append([]string{"build"}, raceFlags...), "-o", bin, ".")
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
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
