package room

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// house is a node under test: rooms on fakes, in a synctest bubble, so that
// time is virtual and every goroutine must have ended with the test.
type house struct {
	t        *testing.T
	rooms    *Rooms
	presence *fakePresence
	media    *fakeMedia

	elsewhere func() bool                           // Config.Elsewhere
	settle    func(context.Context, string, uint64) // Config.Settle

	mu    sync.Mutex
	ended []Summary // guarded by mu
}

func inBubble(t *testing.T, set Settings, test func(*testing.T, *house)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := &house{t: t, presence: newFakePresence(), media: &fakeMedia{}}
		h.open(set)
		done := false
		defer func() {
			if !done { // failed: end the goroutines, so that the failure is what is reported
				_ = h.rooms.Close(context.Background())
			}
		}()
		test(t, h)
		h.close()
		done = true
	})
}

func (h *house) open(set Settings) {
	h.t.Helper()
	rooms, err := NewRooms(Config{Settings: set, Presence: h.presence, Media: h.media, Log: slog.New(slog.DiscardHandler), Ended: h.hear, Elsewhere: h.elsewhere, Settle: h.settle})
	if err != nil {
		h.t.Fatal(err)
	}
	h.rooms = rooms
}

// hear keeps what is told of ended sessions; called by rooms' goroutines, which
// have ended or rest when a test looks.
func (h *house) hear(sum Summary) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = append(h.ended, sum)
}

func (h *house) close() {
	h.t.Helper()
	if err := h.rooms.Close(h.t.Context()); err != nil {
		h.t.Fatal("close:", err)
	}
	if s := h.rooms.Stats(); s.Rooms != 0 || s.Seated != 0 || s.Waiting != 0 {
		h.t.Fatalf("left over: %+v", s)
	}
}

// guest is somebody with a page.
type guest struct {
	h    *house
	link *fakeLink
	*Participant
}

func (h *house) enter(name string, r Role) *guest {
	h.t.Helper()
	l := &fakeLink{}
	p, err := h.rooms.Enter(h.t.Context(), "room", person(name, r), nil, l)
	if err != nil {
		h.t.Fatal("enter:", err)
	}
	return &guest{h, l, p}
}

func (h *house) knocked(name string, r Role) *guest {
	h.t.Helper()
	g := h.enter(name, r)
	g.do(Knock{Name: name, Camera: true})
	synctest.Wait()
	return g
}

func (g *guest) do(c Command) {
	g.h.t.Helper()
	if err := g.Do(g.h.t.Context(), c); err != nil {
		g.h.t.Fatalf("%T: %v", c, err)
	}
}

func (g *guest) refused(want error, c Command) {
	g.h.t.Helper()
	if err := g.Do(g.h.t.Context(), c); !errors.Is(err, want) {
		g.h.t.Fatalf("%T: %v, want %v", c, err, want)
	}
}

// connect makes a PeerConnection and returns the fake behind it.
func (g *guest) connect() *fakePeer {
	g.h.t.Helper()
	if _, err := g.Connect(g.h.t.Context(), "offer"); err != nil {
		g.h.t.Fatal("connect:", err)
	}
	return g.room.circle.(*fakeCircle).last()
}

func (g *guest) stage() Stage {
	v, _ := g.link.see()
	return v.You.Stage
}

func (g *guest) bye(want Bye) {
	g.h.t.Helper()
	synctest.Wait()
	if got := g.link.goodbye(); got != want {
		g.h.t.Fatalf("bye %q, want %q", got, want)
	}
}

// The whole journey, from the knock to the end.
func TestJourney(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada := h.knocked("Ada", Facilitator)
		adaPeer := ada.connect()
		maple := h.enter("Maple", Patient)
		if _, err := maple.Connect(t.Context(), "offer"); err != ErrNotAllowed {
			t.Fatalf("connect before the knock: %v", err)
		}
		maple.do(Knock{Name: "Maple", Camera: true})
		peer := maple.connect()
		if g := peer.allowed(); g != NoGrant {
			t.Fatalf("M-A8: %+v", g)
		}
		ada.do(Admit{Guest: maple.ID()})
		synctest.Wait()
		if g := peer.allowed(); g != (Grant{Seat: 1, Video: true, Receive: true}) || maple.stage() != Seated {
			t.Fatalf("%+v, %s", g, maple.stage())
		}
		if g := adaPeer.allowed(); g != (Grant{Seat: 0, Video: true, Slide: true, Receive: true, Lead: true}) {
			t.Fatalf("%+v", g)
		}
		maple.do(Set{Switches: mic(true)})
		if !peer.allowed().Audio {
			t.Fatal("set has not reached the packet path when Do returns")
		}
		ada.do(Mute{Seat: 1, Hold: true})
		if peer.allowed().Audio {
			t.Fatal("mute has not reached the packet path when Do returns")
		}
		if v, _ := maple.link.see(); !v.You.MicHeld || v.You.Mic {
			t.Fatal("the view has not been shown when Do returns")
		}
		maple.refused(ErrHeld, Set{Switches: mic(true)})
		maple.refused(ErrNotAllowed, Release{By: ada.ID(), Seat: 1, Mic: true}) // By is not believed
		second := maple.connect()
		if !peer.isClosed() || second.isClosed() || second.allowed() != (Grant{Seat: 1, Video: true, Receive: true}) {
			t.Fatalf("%+v", second.allowed())
		}
		if a, err := maple.Restart(t.Context(), "ice"); err != nil || a != "restarted by ice" {
			t.Fatal(a, err)
		}
		ada.do(Remove{Seat: 1})
		if !second.isClosed() {
			t.Fatal("removed, and the packet path is open")
		}
		maple.bye(ByeRemoved)
		if until := h.presence.look("room").record.Removed[person("Maple", Patient).Subject]; time.Until(until) < time.Hour {
			t.Fatalf("Redis does not know: %v", until)
		}
		if _, err := h.rooms.Enter(t.Context(), "room", person("Maple", Patient), nil, &fakeLink{}); err != ErrRemoved {
			t.Fatalf("back in: %v", err)
		}
		maple.refused(ErrRemoved, Leave{})
		ada.do(End{})
		ada.bye(ByeEnded)
		if !adaPeer.isClosed() || h.rooms.Live("room") {
			t.Fatal("not over")
		}
		if r := h.presence.look("room"); !r.ended || len(r.record.Seats) > 0 {
			t.Fatalf("%+v", r)
		}
		s := h.rooms.Stats()
		if s.Refusals[ErrHeld] != 1 || s.Refusals[ErrNotAllowed] != 2 || s.Refusals[ErrRemoved] != 1 || s.Commands == 0 {
			t.Fatalf("%+v", s)
		}
	})
}

func TestGraceInRealTime(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada, maple := h.knocked("Ada", Facilitator), h.knocked("Maple", Patient)
		ada.do(Admit{Guest: maple.ID()})
		synctest.Wait()
		maple.do(Set{Switches: mic(true)})
		peer := maple.connect()
		maple.Lost()
		time.Sleep(2100 * time.Millisecond)
		synctest.Wait()
		if v, _ := ada.link.see(); v.Seats[1].State != "lost" {
			t.Fatalf("%+v", v.Seats)
		}
		if !h.presence.look("room").record.Seats[1].Away {
			t.Fatal("Redis is not told of the grace")
		}
		link := &fakeLink{}
		if err := maple.Back(link); err != nil {
			t.Fatal(err)
		}
		if v, seal := link.see(); v.You.Seat != 1 || !v.You.Mic || seal.Seat != 1 || !peer.allowed().Audio {
			t.Fatalf("%+v", v.You)
		}
		maple.link = link
		maple.Lost()
		time.Sleep(2 * time.Minute)
		maple.bye(ByeLost)
		if !peer.isClosed() {
			t.Fatal("open after grace")
		}
		if err := maple.Back(link); err != ErrGone {
			t.Fatalf("back after grace: %v", err)
		}
		ada.Lost()
		time.Sleep(2*time.Minute + 15*time.Minute)
		ada.bye(ByeLost)
		synctest.Wait()
		if h.rooms.Live("room") {
			t.Fatal("an empty room stays")
		}
	})
}

// M-A11: 200 people, all at once, for 12 and for 15 seats; a facilitator's seat
// stays free, and another facilitator gets it.
func TestRaceForSeats(t *testing.T) {
	for _, seats := range []int{12, 15} {
		for _, slow := range []time.Duration{0, 30 * time.Millisecond} {
			t.Run(fmt.Sprint(seats, slow), func(t *testing.T) {
				set := DefaultSettings()
				set.Caps.Patients, set.Waiting = seats, MaxWaiting
				inBubble(t, set, func(_ *testing.T, h *house) { race(h, seats, slow) })
			})
		}
	}
}

func race(h *house, seats int, slow time.Duration) {
	ada := h.knocked("Ada", Facilitator)
	h.presence.set(func() { h.presence.slow = slow })
	var wg sync.WaitGroup
	links := make([]*fakeLink, 200)
	for i := range links {
		links[i] = &fakeLink{}
		wg.Go(func() {
			name := fmt.Sprintf("Tree %c%c%c", 'a'+rune(i%5), 'n'+rune(i/5%5), 'a'+rune(i/25))
			p, err := h.rooms.Enter(h.t.Context(), "room", person(name, Patient), nil, links[i])
			if err != nil {
				return // ErrBusy beyond what a room knows at once
			}
			if p.Do(h.t.Context(), Knock{Name: name}) == nil {
				_ = ada.Do(h.t.Context(), Admit{Guest: p.ID()})
			}
			_ = ada.Do(h.t.Context(), AdmitAll{})
		})
	}
	wg.Wait()
	time.Sleep(10 * time.Second)
	synctest.Wait()
	sitting := slices.DeleteFunc(links, func(l *fakeLink) bool {
		v, _ := l.see()
		return v.You.Stage != Seated
	})
	if len(sitting) != seats {
		h.t.Fatalf("%d sit, cap %d", len(sitting), seats)
	}
	v, _ := ada.link.see()
	if len(v.Seats) != seats+1 || v.Room.Free != 0 {
		h.t.Fatalf("%d seats are announced", len(v.Seats))
	}
	if n := len(h.presence.look("room").record.Seats); n != seats+1 {
		h.t.Fatalf("Redis knows %d seats", n)
	}
	eve := h.knocked("Eve", Facilitator)
	time.Sleep(time.Second)
	synctest.Wait()
	if eve.stage() != Seated {
		h.t.Fatal("a full room locked the facilitator out")
	}
}

// An older handle of the same participant can do nothing any more.
func TestResumeTakesOver(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada := h.knocked("Ada", Facilitator)
		peer := ada.connect()
		_, seal := ada.link.see()
		link := &fakeLink{}
		again, err := h.rooms.Enter(t.Context(), "room", person("Ada", Facilitator), &seal, link)
		if err != nil || again.ID() != ada.ID() {
			t.Fatal(err)
		}
		ada.bye(ByeMoved)
		ada.refused(ErrMoved, Lock{Locked: true})
		ada.Lost()
		time.Sleep(time.Hour)
		if v, _ := link.see(); v.Room.Locked || v.You.Stage != Seated || link.goodbye() != "" || peer.isClosed() {
			t.Fatalf("%+v", v)
		}
		if again.Seats() != 16 {
			t.Fatal("seats:", again.Seats())
		}
	})
}

func TestConnect(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada := h.knocked("Ada", Facilitator)
		if _, err := ada.Restart(t.Context(), "ice"); err != ErrNoPeer {
			t.Fatal(err)
		}
		if _, err := ada.Connect(t.Context(), "bad"); err != ErrBadOffer {
			t.Fatal(err)
		}
		maple := h.knocked("Maple", Patient)
		h.media.gate = make(chan struct{})
		failed := make(chan error)
		go func() {
			_, err := maple.Connect(t.Context(), "offer")
			failed <- err
		}()
		synctest.Wait() // in the middle of its answer
		ada.do(Decline{Guest: maple.ID()})
		close(h.media.gate)
		if err := <-failed; err != ErrGone {
			t.Fatal(err)
		}
		if !maple.room.circle.(*fakeCircle).last().isClosed() {
			t.Fatal("a peer of nobody stays open")
		}
	})
}

// broken is a command with a bug.
type broken struct{}

func (broken) by() ID        { return 0 }
func (broken) as(ID) Command { panic("a bug in the rules") }

func TestPanicClosesOneRoom(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada := h.knocked("Ada", Facilitator)
		peer := ada.connect()
		link := &fakeLink{}
		other, err := h.rooms.Enter(t.Context(), "other", person("Eve", Facilitator), nil, link)
		if err != nil {
			t.Fatal(err)
		}
		ada.refused(ErrUnavailable, broken{})
		ada.bye(ByeElsewhere)
		ada.refused(ErrGone, Leave{})
		if !peer.isClosed() || h.rooms.Stats().Panics != 1 {
			t.Fatal("not closed")
		}
		if err := other.Do(t.Context(), Knock{Name: "Eve"}); err != nil {
			t.Fatal(err)
		}
		if r := h.presence.look("room"); r.owned || len(r.record.Seats) != 1 {
			t.Fatalf("the record is lost: %+v", r)
		}
		h.knocked("Sky", Patient) // the room opens again
	})
}

// A caller whose time is over before the room has it is told so, and counted.
func TestBusy(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada := h.knocked("Ada", Facilitator)
		ada.link.mu.Lock()
		ada.link.stuck = make(chan struct{})
		ada.link.mu.Unlock()
		var wg sync.WaitGroup
		for range inboxSize + 1 {
			wg.Go(func() { ada.do(Set{Switches: mic(true)}) })
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := ada.Do(ctx, Lock{Locked: true}); err != ErrBusy {
			t.Fatal(err)
		}
		close(ada.link.stuck)
		wg.Wait()
		if v, _ := ada.link.see(); v.Room.Locked || h.rooms.Stats().Refusals[ErrBusy] != 1 {
			t.Fatal("refused, and done")
		}
	})
}

func TestConfig(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	for _, c := range []Config{
		{},
		{Settings: Settings{}, Presence: newFakePresence(), Media: &fakeMedia{}, Log: log},
		{Settings: DefaultSettings(), Media: &fakeMedia{}, Log: log},
		{Settings: DefaultSettings(), Presence: newFakePresence(), Log: log},
		{Settings: DefaultSettings(), Presence: newFakePresence(), Media: &fakeMedia{}},
	} {
		if _, err := NewRooms(c); err == nil {
			t.Errorf("%+v is accepted", c)
		}
	}
}

// Nothing is shown again that has not changed.
func TestShowOnlyChanges(t *testing.T) {
	inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
		ada, maple := h.knocked("Ada", Facilitator), h.knocked("Maple", Patient)
		before := maple.link.shown
		ada.do(Set{Switches: mic(true)})
		ada.do(Set{Switches: mic(true)})
		if maple.link.shown != before {
			t.Fatal("M-A8: the waiting room is told of the circle's doings")
		}
		n := ada.link.shown
		ada.do(Set{Switches: mic(true)})
		if ada.link.shown != n {
			t.Fatal("shown twice")
		}
	})
}
