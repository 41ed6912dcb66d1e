package room

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"
)

// fakePresence is a presence store in memory, with the faults of a real one.
type fakePresence struct {
	mu     sync.Mutex
	rooms  map[string]*fakeRoom
	fault  error         // every call returns it
	frozen bool          // every call waits until its context ends
	slow   time.Duration // every call takes this long
	claims int

	fails func(op string) error // of calls of a lease; nil for none
}

// steal lets the next claim of a room succeed, as when its owner does not answer.
func (f *fakePresence) steal(name string) {
	f.set(func() {
		r := f.room(name)
		r.owned = false
		r.epoch++
	})
}

// fakeRoom is what the store knows of one room.
type fakeRoom struct {
	epoch  uint64 // of the last owner
	owned  bool
	record Record
	ended  bool

	lease *fakeLease   // the last one
	mark  *fakeRenewal // whose record it is; nil where that is not as it was left
}

func newFakePresence() *fakePresence { return &fakePresence{rooms: map[string]*fakeRoom{}} }

func (f *fakePresence) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

// enter begins a call and holds the lock when it returns nil.
func (f *fakePresence) enter(ctx context.Context) error {
	f.mu.Lock()
	frozen, slow, fault := f.frozen, f.slow, f.fault
	if !frozen && slow == 0 {
		if fault != nil {
			f.mu.Unlock()
		}
		return fault
	}
	f.mu.Unlock()
	if frozen {
		<-ctx.Done()
		return ctx.Err()
	}
	time.Sleep(slow)
	f.mu.Lock()
	return nil
}

func (f *fakePresence) room(name string) *fakeRoom {
	r := f.rooms[name]
	if r == nil {
		r = &fakeRoom{record: Record{Holds: map[Subject]Hold{}, Removed: map[Subject]time.Time{}}}
		f.rooms[name] = r
	}
	return r
}

// look reads the store as a test does.
func (f *fakePresence) look(name string) fakeRoom {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := *f.room(name)
	r.record.Removed = maps.Clone(r.record.Removed)
	return r
}

func (f *fakePresence) Claim(ctx context.Context, name string) (Lease, Record, error) {
	if err := f.enter(ctx); err != nil {
		return nil, Record{}, err
	}
	defer f.mu.Unlock()
	f.claims++
	r := f.room(name)
	if r.owned {
		return nil, Record{}, ErrOwned
	}
	r.owned, r.ended = true, false
	r.epoch++
	r.mark, r.lease = nil, &fakeLease{f: f, room: r, epoch: r.epoch}
	return r.lease, copyRecord(r.record), nil
}

func copyRecord(r Record) Record {
	r.Seats, r.Holds = slices.Clone(r.Seats), maps.Clone(r.Holds)
	r.Removed, r.Session = maps.Clone(r.Removed), maps.Clone(r.Session)
	r.Last = maps.Clone(r.Last)
	return r
}

type fakeLease struct {
	f     *fakePresence
	room  *fakeRoom
	epoch uint64
	last  *fakeRenewal // guarded by f.mu: the last one that was begun; nil after another call that failed
}

type fakeRenewal struct{ begun time.Time }

func (l *fakeLease) Epoch() uint64 { return l.epoch }

// single is one that changes a part of the record.
func (l *fakeLease) single(ctx context.Context, op string, change func() error) error {
	err := l.do(ctx, op, change)
	if err != nil {
		l.f.set(func() { l.last = nil })
	}
	return err
}

// do runs one call under the lock, fenced.
func (l *fakeLease) do(ctx context.Context, op string, change func() error) error {
	if err := l.f.enter(ctx); err != nil {
		return err
	}
	defer l.f.mu.Unlock()
	if l.f.fails != nil {
		if err := l.f.fails(op); err != nil {
			return err
		}
	}
	if !l.room.owned || l.room.epoch != l.epoch {
		return ErrStale
	}
	return change()
}

func (l *fakeLease) Seat(ctx context.Context, s SeatRecord, caps Caps) error {
	return l.single(ctx, "seat", func() error {
		n := 0
		if time.Now().Before(l.room.record.Removed[s.Subject]) {
			return ErrRemoved
		}
		for i, o := range l.room.record.Seats {
			switch {
			case o.Subject == s.Subject:
				l.room.record.Seats[i] = s
				return nil
			case o.Number == s.Number:
				return ErrTaken
			case o.Role == s.Role:
				n++
			}
		}
		if n >= caps.Of(s.Role) {
			return ErrFull
		}
		l.room.record.Seats = append(l.room.record.Seats, s)
		return nil
	})
}

func (l *fakeLease) Renew(ctx context.Context, r Record) error {
	now := &fakeRenewal{time.Now()}
	l.f.set(func() { l.last = now })
	return l.do(ctx, "renew", func() error {
		removed := maps.Clone(l.room.record.Removed)
		for s, until := range r.Removed {
			if until.After(removed[s]) {
				removed[s] = until
			}
		}
		l.room.record = copyRecord(r)
		l.room.record.Removed = removed
		l.room.mark = now
		return nil
	})
}

func (l *fakeLease) Touch(ctx context.Context) (intact bool, err error) {
	var last *fakeRenewal
	l.f.set(func() { last = l.last })
	if last == nil || time.Since(last.begun) > 9*time.Second {
		return false, nil // without a call
	}
	err = l.do(ctx, "touch", func() error { intact = l.room.mark == last; return nil })
	if errors.Is(err, ErrStale) {
		return false, nil
	}
	return intact, err
}

func (l *fakeLease) Remove(ctx context.Context, s Subject, until time.Time) error {
	return l.single(ctx, "remove", func() error { l.room.record.Removed[s] = until; return nil })
}

func (l *fakeLease) Lift(ctx context.Context, s Subject) error {
	return l.single(ctx, "lift", func() error { delete(l.room.record.Removed, s); return nil })
}

func (l *fakeLease) Release(ctx context.Context) error {
	return l.do(ctx, "release", func() error { l.room.owned = false; return nil })
}

func (l *fakeLease) End(ctx context.Context, ended uint64) error {
	return l.do(ctx, "end", func() error {
		l.room.owned, l.room.ended = false, true
		l.room.record = Record{Holds: map[Subject]Hold{}, Removed: l.room.record.Removed, Ended: ended}
		return nil
	})
}

// fakeMedia makes circles whose peers remember what they were allowed.
type fakeMedia struct {
	mu      sync.Mutex
	circles []*fakeCircle
	gate    chan struct{} // Connect waits for it when set
}

func (m *fakeMedia) Circle(seats int) Circle {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := &fakeCircle{media: m, seats: seats}
	m.circles = append(m.circles, c)
	return c
}

type fakeCircle struct {
	media  *fakeMedia
	seats  int
	mu     sync.Mutex
	peers  []*fakePeer
	closed bool
}

func (c *fakeCircle) Connect(ctx context.Context, offer string, changed func()) (Peer, string, error) {
	if offer == "bad" {
		return nil, "", ErrBadOffer
	}
	if c.media.gate != nil {
		<-c.media.gate
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	p := &fakePeer{grant: NoGrant, changed: changed}
	c.peers = append(c.peers, p)
	return p, "answer to " + offer, nil
}

func (c *fakeCircle) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for _, p := range c.peers {
		p.Close()
	}
}

func (c *fakeCircle) last() *fakePeer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.peers[len(c.peers)-1]
}

type fakePeer struct {
	changed func()

	mu     sync.Mutex
	grant  Grant
	closed bool
	up     bool // connected
	media  MediaState
	wishes []Wish
}

func (p *fakePeer) Connected() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.up
}

// comeUp is ICE and DTLS getting through, goDown the end of that.
func (p *fakePeer) comeUp() { p.connected(true) }
func (p *fakePeer) goDown() { p.connected(false) }

func (p *fakePeer) connected(up bool) {
	p.mu.Lock()
	p.up = up
	p.mu.Unlock()
	p.changed()
}

func (p *fakePeer) Media() MediaState {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.media
}

func (p *fakePeer) Watch(w Wish) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wishes = append(p.wishes, w)
}

// tell changes what Media gives.
func (p *fakePeer) tell(m MediaState) {
	p.mu.Lock()
	p.media = m
	p.mu.Unlock()
	p.changed()
}

func (p *fakePeer) wished() []Wish {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.wishes)
}

func (p *fakePeer) Allow(g Grant) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.grant = g
}

func (p *fakePeer) Restart(_ context.Context, offer string) (string, error) {
	return "restarted by " + offer, nil
}

func (p *fakePeer) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed, p.grant = true, NoGrant
}

func (p *fakePeer) allowed() Grant {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.grant
}

func (p *fakePeer) isClosed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// fakeLink remembers what a page was told.
type fakeLink struct {
	mu      sync.Mutex
	view    View
	seal    Seal
	shown   int
	texts   []Text
	moves   int
	settled int
	onMove  func() // called by Move when set
	onBye   func() // called by Bye when set
	bye     Bye
	after   bool          // told something after its bye, or a view after its move
	stuck   chan struct{} // Show waits for it when set
}

func (l *fakeLink) Show(v View, s Seal) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stuck != nil {
		<-l.stuck
	}
	l.view, l.seal = v, s
	l.shown++
	l.after = l.after || l.bye != "" || l.moves > 0
}

func (l *fakeLink) Tell(t Text) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.texts = append(l.texts, t)
	l.after = l.after || l.bye != ""
}

func (l *fakeLink) Move() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.moves++
	if l.onMove != nil {
		l.onMove()
	}
	l.after = l.after || l.bye != "" || l.moves > 1
}

func (l *fakeLink) Settled() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.settled++
	l.after = l.after || l.bye != "" || l.moves > 0 || l.settled > 1
}

func (l *fakeLink) Bye(b Bye) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.after = l.after || l.bye != ""
	l.bye = b
	if l.onBye != nil {
		l.onBye()
	}
}

// told is how often the link was told of a move, and that the room has settled.
func (l *fakeLink) told() (moves, settled int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.moves, l.settled
}

func (l *fakeLink) see() (View, Seal) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.view, l.seal
}

func (l *fakeLink) goodbye() Bye {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.after {
		return "something after the bye"
	}
	return l.bye
}
