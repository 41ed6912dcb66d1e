package room

import (
	"context"
	"errors"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// errClosed says that a room ended while somebody was about to use it.
var errClosed = errors.New("room: closed")

// inboxSize bounds the tasks that wait for a room's goroutine. Senders wait
// beyond it, until their context ends (ErrBusy, counted).
const inboxSize = 64

// Room is one live room: the goroutine that owns its state, and what that
// goroutine holds of the world. Rooms makes it; everybody else has a
// Participant.
type Room struct {
	// Static after construction.
	name    string
	house   *Rooms
	inbox   chan task
	stirred chan struct{} // one token: some peer's MediaState is new
	ready   chan struct{} // closed when the room is claimed, or has failed to be
	closed  chan struct{} // closed when the room takes no more tasks
	gone    chan struct{} // closed when everything of it has ended

	// Set before ready is closed.
	failed error
	circle Circle
	book   *ledger
	epoch  uint64 // of the lease

	owning  atomic.Uint64  // the epoch while this node answers for the room, else 0
	apart   atomic.Bool    // the room goes on elsewhere: nobody finds it here any more
	errands sync.WaitGroup // joined before gone

	// Owned by the room's goroutine.
	state   *state
	shared  *scene
	written Record // as the ledger has it
	handles map[ID]*Participant
	over    ending

	handing  handing
	until    time.Time // handing goes on by itself then
	settling settling

	arriving       Link // of the enter being applied
	seats, waiting int  // as counted in the statistics
}

// task is something to do on the room's goroutine. The answer channel holds one
// answer, so that the room never waits for who asked.
type task struct {
	do     func(now time.Time) error
	answer chan error
}

// run is the life of the room. It returns when everything has ended.
func (r *Room) run(ctx context.Context) {
	defer close(r.gone)
	defer r.house.forget(r)
	lease, rec, err := r.claim(ctx)
	if err != nil {
		r.failed = err
		close(r.closed)
		r.house.forget(r) // before ready: who asks from now on tries again
		close(r.ready)
		return
	}
	r.begin(lease, rec, time.Now())
	close(r.ready)
	r.house.stats.rooms.Add(1)
	defer r.house.stats.rooms.Add(-1)

	c := &clerk{room: r, book: r.book, lease: lease, log: r.house.config.Log}
	r.errands.Go(func() {
		if !c.run(ctx) && ctx.Err() != nil {
			r.house.unwritten.Store(true)
		}
	})
	r.house.config.Log.Info("room opened", "epoch", r.epoch)
	r.loop(ctx)
	r.report()
	close(r.closed)
	r.circle.Close()
	r.house.stats.settle(r, 0, 0)
	r.house.config.Log.Info("room closed", "epoch", r.epoch, "how", r.over.String())
	if r.over == endLost {
		r.house.stats.lost.Add(1)
		r.owning.Store(0)
	}
	r.book.close(r.over)
	r.errands.Wait()
	r.owning.Store(0)
}

// begin makes the room what the record says.
func (r *Room) begin(lease Lease, rec Record, now time.Time) {
	set := r.house.config.Settings
	r.state = newState(set, rec, now, randomID)
	r.shared = r.state.scene(&scene{})
	r.written = r.state.record()
	r.book = newLedger(r.written)
	r.circle = r.house.config.Media.Circle(set.Caps.Seats())
	r.epoch = lease.Epoch()
	r.await(rec, now)
	r.owning.Store(r.epoch)
}

func (r *Room) claim(ctx context.Context) (Lease, Record, error) {
	ctx, cancel := context.WithTimeout(ctx, claimWithin)
	defer cancel()
	lease, rec, err := r.house.config.Presence.Claim(ctx, r.name)
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		err = ErrUnavailable
	}
	return lease, rec, err
}

// loop works tasks off one by one, and lets time pass between them.
func (r *Room) loop(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for r.over == endNot {
		if next := r.next(); next.IsZero() {
			timer.Stop()
		} else {
			timer.Reset(max(0, time.Until(next)))
		}
		select {
		case t := <-r.inbox:
			t.answer <- r.guard(t.do)
		case <-r.stirred:
			_ = r.guard(r.hear)
		case <-timer.C:
			_ = r.guard(r.pass)
		case <-ctx.Done():
			_ = r.guard(r.depart)
		}
	}
	r.refuseRest()
}

// refuseRest answers whoever was in the queue when the room ended.
func (r *Room) refuseRest() {
	for {
		select {
		case t := <-r.inbox:
			t.answer <- errClosed
		default:
			return
		}
	}
}

// guard keeps a bug in one room from ending the others: this room closes
// loudly, and its people connect again.
func (r *Room) guard(do func(time.Time) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			r.house.config.Log.Error("room rules panicked, room closed", "stack", string(debug.Stack()))
			r.house.stats.panics.Add(1)
			r.abandon()
			err = ErrUnavailable
		}
	}()
	return do(time.Now())
}

// abandon closes a room whose state cannot be trusted any more. The record
// stays for the next owner.
func (r *Room) abandon() {
	r.over = endRelease
	for id, p := range r.handles {
		delete(r.handles, id)
		p.shut()
		r.bid(p, ByeElsewhere)
	}
	r.house.stats.settle(r, 0, 0)
}

// bid says goodbye even where a link panics itself.
func (r *Room) bid(p *Participant, bye Bye) {
	defer func() { _ = recover() }()
	p.link.Bye(bye)
}

// call runs something on the room's goroutine and waits for it.
func (r *Room) call(ctx context.Context, do func(time.Time) error) error {
	t := task{do, make(chan error, 1)}
	select {
	case r.inbox <- t:
	case <-r.closed:
		return errClosed
	case <-ctx.Done():
		r.house.stats.refuse(ErrBusy)
		return ErrBusy
	}
	select {
	case err := <-t.answer:
		return err
	case <-r.closed:
	}
	select { // both may have happened
	case err := <-t.answer:
		return err
	default:
		return errClosed
	}
}

// post is how the clerk's answers come back.
func (r *Room) post(cmd Command) {
	_ = r.call(context.Background(), func(now time.Time) error {
		_, err := r.apply(cmd, now)
		return err
	})
}

// apply changes the state and passes on everything that follows, in this order:
// packet path, Redis, views, texts, goodbyes. When it returns, the rules hold. On
// its way to another owner the room takes no command (ErrUnavailable).
func (r *Room) apply(cmd Command, now time.Time) (ID, error) {
	if r.handing != handNot {
		return 0, ErrUnavailable
	}
	effects, err := r.state.apply(cmd, now)
	r.house.stats.count(cmd, err)
	r.grant()
	id := r.carryOut(effects)
	r.remember(effects)
	r.show()
	r.relay(effects)
	r.sayGoodbye(effects)
	r.gather(now)
	return id, err
}

// grant passes every changed grant to the packet path.
func (r *Room) grant() {
	for id, p := range r.handles {
		g := NoGrant
		if a := r.state.find(id); a != nil {
			g = r.state.grant(a)
		}
		p.allow(g)
	}
}

// carryOut does what concerns the room itself. It returns who has entered.
func (r *Room) carryOut(effects []effect) (id ID) {
	for _, e := range effects {
		switch e := e.(type) {
		case entered:
			id = e.id
			r.receive(id)
		case closing:
			r.over = e.how
		}
	}
	return id
}

// remember passes to the ledger what Redis has to hear, if there is anything.
func (r *Room) remember(effects []effect) {
	rec := r.state.record()
	changed := &rec
	if sameRecord(rec, r.written) {
		changed = nil
	}
	if changed == nil && len(effects) == 0 {
		return
	}
	r.written = rec
	r.book.post(effects, changed)
}

// show derives everybody's view and tells those for whom something changed.
func (r *Room) show() {
	r.shared = r.state.scene(r.shared)
	seats, waiting := 0, 0
	for _, a := range r.state.people {
		switch {
		case a.inCircle():
			seats++
		case a.stage == Waiting:
			waiting++
		}
		if p := r.handles[a.id]; p != nil && r.state.over == endNot {
			v := r.state.view(a, r.shared)
			v.Media = p.mediaFor(a)
			p.show(v, a.seal())
		}
	}
	r.house.stats.settle(r, seats, waiting)
}

// relay hands texts to those they are for.
func (r *Room) relay(effects []effect) {
	for _, e := range effects {
		if t, ok := e.(tell); ok && r.handles[t.id] != nil {
			r.handles[t.id].link.Tell(t.text)
		}
	}
}

func (r *Room) sayGoodbye(effects []effect) {
	for _, e := range effects {
		f, ok := e.(farewell)
		if !ok {
			continue
		}
		if p := r.handles[f.id]; p != nil {
			delete(r.handles, f.id)
			p.shut()
			p.bye = f.bye
			p.link.Bye(f.bye)
		}
	}
}

// enter applies an enter command and returns the participant's handle.
func (r *Room) enter(ctx context.Context, p Person, seal *Seal, l Link) (handle *Participant, err error) {
	err = r.call(ctx, func(now time.Time) error {
		r.arriving = l
		id, err := r.apply(enter{p, seal}, now)
		r.arriving, handle = nil, r.handles[id]
		if err == nil && seal != nil && r.settling.awaited == nil {
			handle.tellSettled() // whoever comes by a ticket may have come from an earlier owner
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return handle, nil
}

// receive makes the handle of somebody who has just entered. An older handle of
// the same participant, say of a page that was reloaded, is let go; its
// PeerConnection stays until a new one replaces it.
func (r *Room) receive(id ID) {
	p := &Participant{room: r, id: id, link: r.arriving, granted: NoGrant}
	if old := r.handles[id]; old != nil {
		p.peer, p.granted, p.media, p.wish = old.peer, old.granted, old.media, old.wish
		old.peer, old.bye = nil, ByeMoved
		if old.link != p.link {
			old.link.Bye(ByeMoved)
		}
	}
	r.handles[id] = p
}
