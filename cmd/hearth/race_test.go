package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hearth/room"
	"hearth/room/presence"
)

// stage counts what one racer was told.
type stage struct{ seated atomic.Bool }

func (s *stage) Show(v room.View, _ room.Seal) { s.seated.Store(v.You.Stage == room.Seated) }
func (s *stage) Bye(room.Bye)                  { s.seated.Store(false) }
func (s *stage) Tell(room.Text)                {}
func (s *stage) Move()                         {}
func (s *stage) Settled()                      {}

// noMedia is the packet path of a test about seats alone.
type noMedia struct{}

func (noMedia) Circle(int) room.Circle { return noMedia{} }
func (noMedia) Connect(context.Context, string, func()) (room.Peer, string, error) {
	return nil, "", errors.New("no media in this test")
}
func (noMedia) Close() {}

// TestRaceForSeats: 200 people at the door of one room, as real rooms on both
// stores see them. Exactly the cap gets in, and a facilitator's seat is free
// all the time (M-A11).
func TestRaceForSeats(t *testing.T) {
	for _, patients := range []int{12, 15} {
		for _, kind := range []string{"embedded", "redis"} {
			t.Run(fmt.Sprintf("%d/%s", patients, kind), func(t *testing.T) {
				url := ""
				if kind == "redis" {
					url = startRedis(t).url()
				}
				raceForSeats(t, url, patients)
			})
		}
	}
}

func raceForSeats(t *testing.T, url string, patients int) {
	store, err := presence.Open(t.Context(), presence.Config{URL: url, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	settings := room.DefaultSettings()
	settings.Caps.Patients = patients
	settings.Waiting = room.MaxWaiting
	rooms, err := room.NewRooms(room.Config{Settings: settings, Presence: store, Media: noMedia{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	t.Cleanup(func() { _ = rooms.Close(ctx) })
	enter := func(n int, role room.Role) (*room.Participant, *stage) {
		l := &stage{}
		for {
			p, err := rooms.Enter(ctx, "evening", room.Person{Subject: room.Subject(fmt.Sprintf("%032x", n)), Role: role, Seat: -1}, nil, l)
			if err == nil {
				return p, l
			}
			if !errors.Is(err, room.ErrBusy) { // too many at the door: try again
				t.Errorf("person %d: %v", n, err)
				return nil, l
			}
			time.Sleep(time.Millisecond)
		}
	}
	host, hosted := enter(1000, room.Facilitator)
	if err := host.Do(ctx, room.Knock{Name: "Ada"}); err != nil {
		t.Fatal(err)
	}
	await(t, "the facilitator's seat", hosted.seated.Load)

	racing, stop := context.WithCancel(ctx)
	var door, racers sync.WaitGroup
	door.Go(func() {
		for racing.Err() == nil {
			_ = host.Do(ctx, room.AdmitAll{}) // full is an answer, too
			time.Sleep(time.Millisecond)
		}
	})
	var full atomic.Int64
	stages := make([]*stage, 200)
	for i := range stages {
		racers.Go(func() {
			p, l := enter(i, room.Patient)
			stages[i] = l
			for p != nil {
				switch err := p.Do(ctx, room.Knock{Name: nameOf(i)}); {
				case err == nil:
					return
				case errors.Is(err, room.ErrFull):
					full.Add(1)
					_ = p.Do(ctx, room.Leave{})
					return
				case !errors.Is(err, room.ErrWaitingFull):
					t.Errorf("person %d: %v", i, err)
					return
				}
				time.Sleep(time.Millisecond)
			}
		})
	}
	racers.Wait()
	count := func() (n int) {
		for _, l := range stages {
			if l != nil && l.seated.Load() {
				n++
			}
		}
		return n
	}
	await(t, "all seats", func() bool { return count() >= patients })
	stop()
	door.Wait()
	if n := count(); n != patients {
		t.Errorf("%d patients sit on %d seats", n, patients)
	}
	if full.Load() == 0 {
		t.Error("nobody was told that the room is full")
	}
	second, there := enter(1001, room.Facilitator)
	if err := second.Do(ctx, room.Knock{Name: "Ben"}); err != nil {
		t.Fatalf("the second facilitator: %v", err)
	}
	await(t, "the second facilitator's seat", there.seated.Load)
}

// nameOf makes 200 names that no folding makes alike.
func nameOf(i int) string {
	return string(rune('a'+i%20)) + strings.Repeat("e", 1+i/20)
}

func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waiting for %s", what)
		}
	}
}
