package cluster

import (
	"context"
	"sync"
	"time"
)

const (
	// mendEvery is how long after a silence could not be ended it is tried again.
	mendEvery = 250 * time.Millisecond
	// confirmWithin is how long all leases may take to be renewed.
	confirmWithin = time.Second
	// sweepEvery is how often rooms that are gone are forgotten.
	sweepEvery = 10 * time.Second
)

// anyRoom is the room of a question that only asks for a sign of life.
const anyRoom = "0"

// again is when leases are renewed once more after a silence: a thief that
// had looked just before it ended is found out then.
var again = [...]time.Duration{300 * time.Millisecond, 700 * time.Millisecond}

// watch looks after one node: what it knows of itself, and what is under way to
// find out more. Its fields belong to the goroutine of run.
type watch struct {
	cluster *Cluster
	pulse   pulse
	turn    int         // with which of the rooms the next round begins; the round's while it runs
	round   *job        // asks the others, while Redis is away
	mend    *job        // ends the silence
	renewal *job        // renews the leases
	doubt   *job        // asks nodes that do not announce themselves any more
	due     []time.Time // when the next of those begin, in order
	sweep   time.Time   // when rooms that are gone are forgotten next
	jobs    sync.WaitGroup
}

func newWatch(c *Cluster) *watch {
	return &watch{cluster: c, round: newJob(), mend: newJob(), renewal: newJob(), doubt: newJob()}
}

// Froze tells the cluster that this node stood still, as the packet path
// found by its own clock and shut itself: it stays shut until it is certain
// that the rooms are still this node's. It never blocks.
func (c *Cluster) Froze() {
	c.mu.Lock()
	c.froze = true
	c.mu.Unlock()
	c.look()
}

// look wants a look at the clock now. It never blocks.
func (c *Cluster) look() {
	select {
	case c.wake <- struct{}{}:
	default: // wanted already
	}
}

// run looks at the clock until ctx ends, and joins what it started.
func (w *watch) run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	defer w.jobs.Wait()
	for {
		select {
		case <-tick.C:
		case <-w.cluster.wake:
		case ok := <-w.mend.done:
			w.look()
			w.mended(ok)
		case <-w.round.done:
			w.round.busy = false
		case <-w.renewal.done:
			w.renewal.busy = false
		case <-w.doubt.done:
			w.doubt.busy = false
			w.cluster.bury()
		case <-ctx.Done():
			return
		}
		w.look()
		w.start(ctx)
	}
}

// look decides. Whatever else is to be done comes after it: a node that stood
// still is silent before it believes anything it found out.
func (w *watch) look() {
	c := w.cluster
	now := c.config.Clock()
	rooms := c.config.Load().Rooms > 0
	c.mu.Lock()
	cut := rooms && (c.stolen || c.view.away(now) && c.view.cut())
	froze := c.froze
	c.stolen, c.froze = false, false
	c.mu.Unlock()
	switch w.pulse.look(now, froze, cut) {
	case freeze:
		c.config.Silence(true)
		c.tally(func(s *Stats) { s.Silences++; s.Frozen++ })
		c.config.Log.Warn("node stood still")
	case hush:
		c.config.Silence(true)
		c.tally(func(s *Stats) { s.Silences++ })
		c.config.Log.Warn("node is cut off")
	case strand:
		c.config.Stranded()
		c.tally(func(s *Stats) { s.Stranded++ })
		c.config.Log.Warn("people sent to other nodes")
	case giveUp:
		c.config.GiveUp()
		c.tally(func(s *Stats) { s.GivenUp++ })
		c.config.Log.Warn("rooms given up")
	}
}

// start starts what is due, one of each kind at a time.
func (w *watch) start(ctx context.Context) {
	c := w.cluster
	now := c.config.Clock()
	c.mu.Lock()
	doubt := !c.view.began.IsZero() && now.Sub(c.view.began) >= doubtAfter
	if c.renew {
		c.renew, w.due = false, append(w.due[:0], now)
	}
	c.mu.Unlock()
	if !now.Before(w.sweep) {
		w.sweep = now.Add(sweepEvery)
		c.rooms()
	}
	if doubt && !w.pulse.silent() && w.round.free(now) {
		w.round.start(&w.jobs, now.Add(roundEvery), func() bool { w.turn += c.askRound(ctx, w.turn); return true })
	}
	if w.pulse.silent() && w.mend.free(now) {
		blind, age := w.pulse.blind, w.pulse.age
		w.mend.age = age
		w.mend.start(&w.jobs, now.Add(mendEvery), func() bool { return c.mend(ctx, blind) })
	}
	if w.doubt.free(now) {
		c.mu.Lock()
		suspects := c.view.suspects(now)
		c.mu.Unlock()
		if len(suspects) > 0 {
			w.doubt.start(&w.jobs, now.Add(askOneIn), func() bool { c.doubt(ctx, suspects); return true })
		}
	}
	if len(w.due) > 0 && !w.due[0].After(now) && w.renewal.free(now) {
		w.due = w.due[1:]
		w.renewal.start(&w.jobs, now, func() bool { return c.confirm(ctx) })
	}
}

// mended ends the silence if the rooms are known to be its own.
func (w *watch) mended(ok bool) {
	w.mend.busy = false
	if !ok || !w.pulse.confirmed(w.mend.age) {
		return
	}
	w.mend.next = time.Time{} // the next silence has no reason to wait
	c := w.cluster
	c.mu.Lock()
	c.view.forgive()
	c.mu.Unlock()
	c.config.Silence(false)
	c.config.Log.Info("node goes on")
	now := c.config.Clock()
	w.due = w.due[:0]
	for _, d := range again {
		w.due = append(w.due, now.Add(d))
	}
}

// job is something that runs beside the watch, one at a time.
type job struct {
	done chan bool // its result; capacity 1: it never waits
	busy bool
	next time.Time // not before
	age  uint64    // of the silence it began in
}

func newJob() *job { return &job{done: make(chan bool, 1)} }

func (j *job) free(now time.Time) bool { return !j.busy && !now.Before(j.next) }

func (j *job) start(jobs *sync.WaitGroup, next time.Time, do func() bool) {
	j.busy, j.next = true, next
	jobs.Go(func() { j.done <- do() })
}
