package room_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hearth/room"
	"hearth/room/presence"
)

// wire is a node's way to the presence store, which can be cut, as when its
// process dies: nothing it says is heard any more.
type wire struct {
	room.Presence
	cut     atomic.Bool
	renewed atomic.Int64
}

func (w *wire) Claim(ctx context.Context, name string) (room.Lease, room.Record, error) {
	l, rec, err := w.Presence.Claim(ctx, name)
	return wiredLease{l, w}, rec, err
}

type wiredLease struct {
	room.Lease
	w *wire
}

func (l wiredLease) say(do func() error) error {
	if l.w.cut.Load() {
		return room.ErrUnavailable
	}
	return do()
}

func (l wiredLease) Seat(ctx context.Context, s room.SeatRecord, c room.Caps) error {
	return l.say(func() error { return l.Lease.Seat(ctx, s, c) })
}

func (l wiredLease) Renew(ctx context.Context, r room.Record) error {
	err := l.say(func() error { return l.Lease.Renew(ctx, r) })
	if err == nil {
		l.w.renewed.Add(1)
	}
	return err
}

func (l wiredLease) Touch(ctx context.Context) (intact bool, err error) {
	err = l.say(func() (err error) {
		intact, err = l.Lease.Touch(ctx)
		return err
	})
	if intact {
		l.w.renewed.Add(1)
	}
	return intact, err
}

func (l wiredLease) Remove(ctx context.Context, s room.Subject, until time.Time) error {
	return l.say(func() error { return l.Lease.Remove(ctx, s, until) })
}

func (l wiredLease) Lift(ctx context.Context, s room.Subject) error {
	return l.say(func() error { return l.Lease.Lift(ctx, s) })
}

func (l wiredLease) Release(ctx context.Context) error {
	return l.say(func() error { return l.Lease.Release(ctx) })
}

func (l wiredLease) End(ctx context.Context, ended uint64) error {
	return l.say(func() error { return l.Lease.End(ctx, ended) })
}

// mute is the packet path of tests about records.
type mute struct{}

func (mute) Circle(int) room.Circle { return mute{} }
func (mute) Close()                 {}
func (mute) Connect(context.Context, string, func()) (room.Peer, string, error) {
	return nil, "", errors.New("no media in this test")
}

// page is what one person reads.
type page struct {
	mu    sync.Mutex
	view  room.View
	seal  room.Seal
	moves int
	bye   room.Bye
}

func (p *page) with(do func()) { p.mu.Lock(); defer p.mu.Unlock(); do() }

func (p *page) Show(v room.View, s room.Seal) { p.with(func() { p.view, p.seal = v, s }) }
func (p *page) Tell(room.Text)                {}
func (p *page) Move()                         { p.with(func() { p.moves++ }) }
func (p *page) Settled()                      {}
func (p *page) Bye(b room.Bye)                { p.with(func() { p.bye = b }) }

func (p *page) read() (v room.View, s room.Seal) {
	p.with(func() { v, s = p.view, p.seal })
	return v, s
}

// node is one process' rooms on a store that others use too.
type node struct {
	t     *testing.T
	wire  *wire
	rooms *room.Rooms
}

func openNode(t *testing.T, store room.Presence) *node {
	t.Helper()
	w := &wire{Presence: store}
	rooms, err := room.NewRooms(room.Config{
		Settings: room.DefaultSettings(), Presence: w, Media: mute{}, Log: slog.New(slog.DiscardHandler),
		Elsewhere: func() bool { return true },
	})
	if err != nil {
		t.Fatal(err)
	}
	n := &node{t, w, rooms}
	t.Cleanup(n.close)
	return n
}

func (n *node) close() {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	_ = n.rooms.Close(ctx)
}

// subjects are as the store wants them: 32 hexadecimal digits.
var subjects = map[string]room.Subject{
	"Ada":   "00000000000000000000000000000001",
	"Maple": "00000000000000000000000000000002",
	"River": "00000000000000000000000000000003",
}

func invited(name string) room.Person {
	p := room.Person{Subject: subjects[name], Role: room.Patient, Seat: -1}
	if name == "Ada" {
		p.Role = room.Facilitator
	}
	return p
}

func (n *node) enter(name string, seal *room.Seal) (*room.Participant, *page) {
	n.t.Helper()
	l := &page{}
	p, err := n.rooms.Enter(n.t.Context(), "evening", invited(name), seal, l)
	if err != nil {
		n.t.Fatalf("%s: %v", name, err)
	}
	return p, l
}

func (n *node) knock(name string) (*room.Participant, *page) {
	n.t.Helper()
	p, l := n.enter(name, nil)
	if err := p.Do(n.t.Context(), room.Knock{Name: name}); err != nil {
		n.t.Fatal(name, err)
	}
	return p, l
}

func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never:", what)
		}
	}
}

func (p *page) sits() bool { v, _ := p.read(); return v.You.Stage == room.Seated }

// The scripts that production runs, and not only the fake of them: the next
// owner finds the group as it was, and nobody is kept for long whom no owner
// keeps.
func TestTakeoverOnRealScripts(t *testing.T) {
	for way, leave := range map[string]func(*node){
		"handed over": func(n *node) {
			go func() {
				ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
				defer cancel()
				_ = n.rooms.Close(ctx)
			}()
		},
		"died": func(n *node) { n.wire.cut.Store(true) },
	} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			store, err := presence.Open(t.Context(), presence.Config{LiveTTL: 3 * time.Second, Log: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = store.Close() })
			first := openNode(t, store)
			ada, adaPage := first.knock("Ada")
			until(t, "Ada sits", adaPage.sits)
			_, maplePage := first.knock("Maple")
			river, riverPage := first.knock("River")
			do := func(p *room.Participant, cmds ...room.Command) {
				t.Helper()
				for _, c := range cmds {
					if err := p.Do(t.Context(), c); err != nil {
						t.Fatalf("%T: %v", c, err)
					}
				}
			}
			do(ada, room.AdmitAll{})
			until(t, "both sit", func() bool { return maplePage.sits() && riverPage.sits() })
			do(ada, room.Mute{Seat: 1, Hold: true}, room.Lock{Locked: true}, room.Remove{Guest: 0, Seat: 2})
			_ = river
			written := first.wire.renewed.Load()
			until(t, "it is written", func() bool { return first.wire.renewed.Load() > written+1 })
			_, adaSeal := adaPage.read()
			_, mapleSeal := maplePage.read()
			leave(first)
			if way == "handed over" {
				until(t, "told to move", func() bool { maplePage.mu.Lock(); defer maplePage.mu.Unlock(); return maplePage.moves == 1 })
			}

			second := openNode(t, store)
			again, againPage := second.enter("Maple", &mapleSeal)
			if v, _ := againPage.read(); v.You.Seat != 1 || !v.You.MicHeld || !v.Room.Locked || v.Room.Phase != room.PhaseAlone {
				t.Fatalf("%+v, %+v", v.You, v.Room)
			}
			on := true
			if err := again.Do(t.Context(), room.Set{Switches: room.Switches{Mic: &on}}); err != room.ErrHeld {
				t.Fatal(err)
			}
			if _, err := second.rooms.Enter(t.Context(), "evening", invited("River"), nil, &page{}); err != room.ErrRemoved {
				t.Fatalf("removed, and back: %v", err)
			}
			_, adaPage = second.enter("Ada", &adaSeal)
			if v, _ := adaPage.read(); v.You.Seat != 0 || len(v.Seats) != 2 {
				t.Fatalf("%+v", v.Seats)
			}

			// Now that node dies too, and nobody comes for a while.
			written = second.wire.renewed.Load()
			until(t, "it is written", func() bool { return second.wire.renewed.Load() > written+1 })
			second.wire.cut.Store(true)
			time.Sleep(3100 * time.Millisecond) // LiveTTL
			third := openNode(t, store)
			_, adaPage = third.knock("Ada")
			until(t, "Ada sits", adaPage.sits)
			if v, _ := adaPage.read(); v.Room.Free != room.DefaultSettings().Caps.Patients {
				t.Fatalf("a ghost: %d seats are free", v.Room.Free)
			}
			if _, err := third.rooms.Enter(t.Context(), "evening", invited("River"), nil, &page{}); err != room.ErrRemoved {
				t.Fatalf("removed, and back: %v", err)
			}
		})
	}
}
