package room

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"time"
)

// Time bounds of the conversation with the presence store.
const (
	renewEvery  = 2 * time.Second        // the lease lasts three times as long
	callTimeout = 500 * time.Millisecond // of one call
	claimWithin = 5 * time.Second        // of taking a room over
	retryAfter  = 2 * time.Second        // a closing room's pause between tries
	closeWithin = 10 * time.Minute       // after that Redis forgets by itself
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
	end    ending                // endNot while the room lives
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

func (l *ledger) close(how ending) {
	l.write(func() { l.end, l.claims = how, nil })
}

// page is the part of a ledger that a worker is busy with.
type page struct {
	record Record
	dirty  bool
	claims []claim
	bars   map[Subject]time.Time
	end    ending
}

// take hands the ledger's content to the worker.
func (l *ledger) take() page {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := page{l.record, l.dirty, l.claims, l.bars, l.end}
	l.dirty, l.claims, l.bars = false, nil, map[Subject]time.Time{}
	return p
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

// clerk writes a ledger into the presence store. Owned by its goroutine.
type clerk struct {
	// Static after construction.
	book   *ledger
	lease  Lease
	answer func(Command) // to the room; gives up when the room has ended
	log    *slog.Logger

	silent bool // the store did not take the last renewal, and the log says so
}

// run works until the room has ended and its end is written, or ctx is done.
func (c *clerk) run(ctx context.Context) {
	renew := time.NewTicker(renewEvery)
	defer renew.Stop()
	due := true
	for {
		p := c.book.take()
		if p.end != endNot {
			c.finish(ctx, p)
			return
		}
		if c.work(ctx, p, due) {
			c.answer(stale{})
		}
		select {
		case <-c.book.wake:
			due = false
		case <-renew.C:
			due = true
		case <-ctx.Done():
			return
		}
	}
}

// work writes one page. It reports whether the lease is lost.
func (c *clerk) work(ctx context.Context, p page, due bool) (lost bool) {
	for i, cl := range p.claims {
		err := c.call(ctx, func(ctx context.Context) error { return c.lease.Seat(ctx, cl.seat, cl.caps) })
		c.answer(seated{By: cl.id, Serial: cl.serial, Err: err})
		if errors.Is(err, ErrUnavailable) {
			c.unanswered(p.claims[i+1:])
			break
		}
	}
	lost = c.writeBars(ctx, p.bars)
	if !p.dirty && !due {
		return lost
	}
	err := c.call(ctx, func(ctx context.Context) error { return c.lease.Renew(ctx, p.record) })
	if err != nil {
		c.book.putBack(map[Subject]time.Time{}, p.dirty)
	}
	c.report(err)
	return lost || errors.Is(err, ErrStale)
}

// report logs when renewals begin to fail and when they succeed again.
func (c *clerk) report(err error) {
	switch {
	case err != nil && !c.silent:
		c.log.Warn("lease not renewed, the room goes on by itself", "away", errors.Is(err, ErrUnavailable), "stale", errors.Is(err, ErrStale))
	case err == nil && c.silent:
		c.log.Info("lease renewed again")
	}
	c.silent = err != nil
}

// unanswered spares the rest of a batch from waiting for a store that is away.
func (c *clerk) unanswered(claims []claim) {
	for _, cl := range claims {
		c.answer(seated{By: cl.id, Serial: cl.serial, Err: ErrUnavailable})
	}
}

// writeBars writes removals and lifts, and keeps those that did not get through.
func (c *clerk) writeBars(ctx context.Context, bars map[Subject]time.Time) (lost bool) {
	left := map[Subject]time.Time{}
	for subject, until := range bars {
		if len(left) > 0 || lost {
			left[subject] = until
			continue
		}
		err := c.call(ctx, func(ctx context.Context) error {
			if until.IsZero() {
				return c.lease.Lift(ctx, subject)
			}
			return c.lease.Remove(ctx, subject, until)
		})
		if err != nil {
			left[subject] = until
		}
		lost = errors.Is(err, ErrStale)
	}
	if len(left) > 0 {
		c.book.putBack(left, false)
	}
	return lost
}

// call bounds one call. Anything but an answer counts as no answer.
func (c *clerk) call(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err := do(ctx)
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return ErrUnavailable
	}
	return err
}

// finish writes the end of the room: what is removed first, then the end
// itself. It goes on trying while the store is away, because a removal that is
// not written is a removed person who returns.
func (c *clerk) finish(ctx context.Context, p page) {
	ctx, cancel := context.WithTimeout(ctx, closeWithin)
	defer cancel()
	for {
		if p.end == endLost || c.writeEnd(ctx, p) {
			return
		}
		select {
		case <-time.After(retryAfter):
		case <-ctx.Done():
			return
		}
		p.bars = c.book.take().bars
	}
}

// writeEnd says whether everything is written, or another owner has taken over.
func (c *clerk) writeEnd(ctx context.Context, p page) (done bool) {
	if c.writeBars(ctx, p.bars) {
		return true
	}
	if c.book.unwritten() {
		return false
	}
	err := c.call(ctx, func(ctx context.Context) error { return c.writeLast(ctx, p) })
	return err == nil || !errors.Is(err, ErrUnavailable)
}

func (c *clerk) writeLast(ctx context.Context, p page) error {
	if p.end == endOver {
		return c.lease.End(ctx, p.record.Ended)
	}
	if err := c.lease.Renew(ctx, p.record); err != nil {
		return err
	}
	return c.lease.Release(ctx)
}

func (l *ledger) unwritten() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.bars) > 0
}
