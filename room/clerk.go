package room

import (
	"context"
	"errors"
	"log/slog"
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

// clerk writes a room's ledger into the presence store. Owned by its goroutine.
type clerk struct {
	// Static after construction.
	room  *Room
	book  *ledger
	lease Lease
	log   *slog.Logger

	silent bool // the store did not take the last renewal, and the log says so
	behind bool // the store did not take all of the last page: it shows an older room
}

// run works until the room has ended and its end is written, or ctx is done. It
// says whether all is written that was to be, or another owner's.
func (c *clerk) run(ctx context.Context) (written bool) {
	renew := time.NewTicker(renewEvery)
	defer renew.Stop()
	due := true
	for {
		p := c.book.take()
		if p.end != endNot {
			defer p.close()
			return c.finish(ctx, p)
		}
		err := c.work(ctx, p, due || p.leave)
		p.close()
		if err == nil && p.leave && c.room.yield() {
			return c.handOver(ctx)
		}
		select {
		case <-c.book.wake:
			due = false
		case <-renew.C:
			due = true
		case <-ctx.Done():
			return false
		}
	}
}

// work writes one page; nil when all of it is written. A lost lease has closed
// the room when it returns. Who waits to hear whether the lease holds hears it
// before anything else is written.
func (c *clerk) work(ctx context.Context, p page, due bool) (err error) {
	if p.asked != nil {
		err = c.renew(ctx, p)
		c.confirm(p.asked, err)
		p.dirty, due = false, false
	}
	claimed := c.writeClaims(ctx, p.claims, err)
	barred := c.writeBars(ctx, p.bars)
	if p.dirty || due {
		err = c.beat(ctx, p)
	}
	for _, e := range []error{err, barred, claimed} {
		if errors.Is(e, ErrStale) {
			c.room.post(stale{})
			return e
		}
	}
	err = errors.Join(err, barred)
	c.behind = err != nil
	return err
}

// confirm tells who asked. Who hears of a lost lease finds the room closed.
func (c *clerk) confirm(asked *confirmation, err error) {
	if errors.Is(err, ErrStale) {
		c.room.post(stale{})
	}
	asked.err = err
	close(asked.done)
}

// beat extends the lease, and writes the record where that has changed or the
// store does not show it as it was written.
func (c *clerk) beat(ctx context.Context, p page) error {
	if !p.dirty {
		if intact, err := c.touch(ctx); intact || err != nil {
			return err
		}
	}
	return c.renew(ctx, p)
}

// touch extends the lease without the record. A store that has not answered is
// not asked again before the next beat.
func (c *clerk) touch(ctx context.Context) (intact bool, err error) {
	err = c.call(ctx, func(ctx context.Context) (err error) {
		intact, err = c.lease.Touch(ctx)
		return err
	})
	if intact || err != nil {
		c.report(err)
	}
	return intact, err
}

// renew extends the lease together with the record.
func (c *clerk) renew(ctx context.Context, p page) error {
	err := c.call(ctx, func(ctx context.Context) error { return c.lease.Renew(ctx, p.record) })
	if err != nil {
		c.book.putBack(map[Subject]time.Time{}, p.dirty)
	}
	c.report(err)
	return err
}

// writeClaims asks for seats. Once the store does not answer, the rest of a
// batch is spared waiting for it. A store that reads but takes no writes still
// shows the seat of somebody who has gone: what it says of seats counts as no
// answer then, and the room goes by its own memory.
func (c *clerk) writeClaims(ctx context.Context, claims []claim, err error) error {
	for _, cl := range claims {
		if !errors.Is(err, ErrUnavailable) {
			err = c.call(ctx, func(ctx context.Context) error { return c.lease.Seat(ctx, cl.seat, cl.caps) })
		}
		told := err
		if c.behind && (errors.Is(err, ErrTaken) || errors.Is(err, ErrFull)) {
			told = ErrUnavailable
		}
		c.room.post(seated{By: cl.id, Serial: cl.serial, Err: told})
	}
	return err
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
	c.book.hears(!c.silent)
}

// writeBars writes removals and lifts, and keeps those that did not get through.
func (c *clerk) writeBars(ctx context.Context, bars map[Subject]time.Time) (err error) {
	left := map[Subject]time.Time{}
	for subject, until := range bars {
		if err != nil {
			left[subject] = until
			continue
		}
		err = c.call(ctx, func(ctx context.Context) error {
			if until.IsZero() {
				return c.lease.Lift(ctx, subject)
			}
			return c.lease.Remove(ctx, subject, until)
		})
		if err != nil {
			left[subject] = until
		}
	}
	if len(left) > 0 {
		c.book.putBack(left, false)
	}
	return err
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

// handOver gives a room up that has yielded: what its people did last is
// written, then the lease released, and only then are they told.
func (c *clerk) handOver(ctx context.Context) (written bool) {
	p := c.book.take()
	p.end = endRelease
	written = c.finish(ctx, p)
	p.close() // who waits for an answer gets it before the word to move
	if written {
		c.room.moved()
	}
	return written
}

// finish writes the end of the room: what is removed first, then the end
// itself. It goes on trying while the store is away, because a removal that is
// not written is a removed person who returns. It says whether all is written,
// or another owner's affair.
func (c *clerk) finish(ctx context.Context, p page) (written bool) {
	ctx, cancel := context.WithTimeout(ctx, closeWithin)
	defer cancel()
	for {
		if p.end == endLost || c.writeEnd(ctx, p) {
			return true
		}
		select {
		case <-time.After(retryAfter):
		case <-ctx.Done():
			return false
		}
		p.bars = c.book.take().bars
	}
}

// writeEnd says whether everything is written, or another owner has taken over.
// Any other answer but silence means that something stands in the store that cannot
// be read: a renewal clears that, and the end is written once more.
func (c *clerk) writeEnd(ctx context.Context, p page) (done bool) {
	err := c.tryEnd(ctx, p)
	if err != nil && !errors.Is(err, ErrUnavailable) && !errors.Is(err, ErrStale) {
		if err = c.call(ctx, func(ctx context.Context) error { return c.lease.Renew(ctx, p.record) }); err == nil {
			p.bars = c.book.take().bars
			err = c.tryEnd(ctx, p)
		}
	}
	return err == nil || errors.Is(err, ErrStale)
}

// tryEnd writes the end once. Removals that are not written are in the book again.
func (c *clerk) tryEnd(ctx context.Context, p page) error {
	if err := c.writeBars(ctx, p.bars); err != nil {
		return err
	}
	return c.writeLast(ctx, p)
}

// writeLast gives the lease up. From the moment the record is written this node
// does not answer for the room any more.
func (c *clerk) writeLast(ctx context.Context, p page) error {
	if p.end == endOver {
		return c.call(ctx, func(ctx context.Context) error { return c.lease.End(ctx, p.record.Ended) })
	}
	if err := c.call(ctx, func(ctx context.Context) error { return c.lease.Renew(ctx, p.record) }); err != nil {
		return err
	}
	c.room.owning.Store(0)
	return c.call(ctx, c.lease.Release)
}
