package room

import (
	"maps"
	"sync"
	"time"
)

// ledger is what the presence store has yet to hear of one room: not a queue
// but the wanted state, so it is as small as the room and nothing can overflow
// or arrive in the wrong order. The room's goroutine writes it and never waits;
// a worker goroutine reads it and does the talking.
type ledger struct {
	// Static after construction.
	wake chan struct{} // one token: something is new

	mu     sync.Mutex
	record Record
	dirty  bool                  // the record has changed since the last renewal
	claims []claim               // at most one for each seat
	bars   map[Subject]time.Time // removals to write; the zero time lifts one
	leave  bool                  // hand the room over as soon as all is written
	asked  *confirmation         // nil while nobody asks whether the lease still holds
	told   chan struct{}         // closed when the store was told all of this, or did not listen; nil where nobody waits
	deaf   bool                  // the store did not take the last renewal
	end    ending                // endNot while the room lives
}

// confirmation is what somebody waits for who asks whether the lease still holds.
type confirmation struct {
	done chan struct{} // closed when err is set
	err  error         // of the renewal; ErrStale after the room has closed
}

func newLedger(r Record) *ledger {
	return &ledger{wake: make(chan struct{}, 1), record: r, bars: map[Subject]time.Time{}}
}

// write changes the ledger and wakes the worker.
func (l *ledger) write(change func()) {
	l.mu.Lock()
	change()
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default: // it will wake anyway
	}
}

// post notes what a command asks of the store together with the record after
// it, nil when that has not changed: a renewal never carries a record older than
// the removal or the lift before it.
func (l *ledger) post(effects []effect, r *Record) {
	l.write(func() {
		if r != nil {
			l.record, l.dirty = *r, true
		}
		for _, e := range effects {
			l.note(e)
		}
	})
}

func (l *ledger) note(e effect) {
	switch e := e.(type) {
	case claim:
		l.claims = append(l.claims, e)
	case bar:
		l.bars[e.subject] = e.until
	case unbar:
		l.bars[e.subject] = time.Time{}
	}
}

// handOver asks the worker to give the room up once everything is written.
func (l *ledger) handOver() { l.write(func() { l.leave = true }) }

func (l *ledger) close(how ending) {
	l.write(func() { l.end, l.claims = how, nil })
}

// page is the part of a ledger that a worker is busy with.
type page struct {
	record Record
	dirty  bool
	claims []claim
	bars   map[Subject]time.Time
	leave  bool
	asked  *confirmation
	told   chan struct{}
	end    ending
}

// close tells who waits that the page is done with.
func (p *page) close() {
	if p.told != nil {
		close(p.told)
	}
}

// take hands the ledger's content to the worker.
func (l *ledger) take() page {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := page{l.record, l.dirty, l.claims, l.bars, l.leave, l.asked, l.told, l.end}
	l.dirty, l.claims, l.bars, l.asked, l.told = false, nil, map[Subject]time.Time{}, nil, nil
	return p
}

// ask asks for a renewal at once. All who ask at the same time share the answer,
// which may not come where the room ends meanwhile.
func (l *ledger) ask() (c *confirmation) {
	l.write(func() {
		if l.asked == nil {
			l.asked = &confirmation{done: make(chan struct{})}
		}
		c = l.asked
	})
	return c
}

// telling is closed when the store was told all that is noted now, or did not
// listen; nil where it has not listened for a while, and nobody should wait.
func (l *ledger) telling() (told <-chan struct{}) {
	l.write(func() {
		if l.told == nil && !l.deaf {
			l.told = make(chan struct{})
		}
		told = l.told
	})
	return told
}

// hears notes whether the store takes what it is told.
func (l *ledger) hears(yes bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.deaf = !yes
}

// putBack returns what could not be written. What has been noted meanwhile is
// newer and wins.
func (l *ledger) putBack(bars map[Subject]time.Time, dirty bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.Copy(bars, l.bars)
	l.bars = bars
	l.dirty = l.dirty || dirty
}
