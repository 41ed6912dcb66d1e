package signaling

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"hearth/room"
)

// room1 is the seal fakeRoom gives everybody.
var room1 = room.Seal{Seat: -1, Gen: 1}

func waiting(p *fakePart, muted int) room.View {
	v := p.view()
	v.You.Muted = muted
	return v
}

func TestEventsAreNumberedAndReplayed(t *testing.T) {
	h := open(t, nil)
	w, welcome := h.join("patient:x")
	part := h.room.part(0)
	if welcome.Seq != 1 || welcome.View == nil || welcome.Resumed || welcome.Name != "Suggested" {
		t.Fatalf("welcome: %+v", welcome)
	}
	part.link.Show(waiting(part, 1), room1)
	if f := w.want("you"); f.Seq != 2 || f.You.Muted != 1 {
		t.Fatalf("first event: %+v", f)
	}
	_ = w.ws.Close()
	eventually(t, "the room hears of the lost socket", func() bool { _, lost, _ := part.told(); return lost == 1 })
	part.link.Show(waiting(part, 2), room1)
	part.link.Show(waiting(part, 3), room1)

	w = h.resume(welcome.Ticket, 2)
	f := w.want("welcome")
	if !f.Resumed || f.View != nil || f.Seq != 2 {
		t.Fatalf("resumed welcome: %+v", f)
	}
	for i := range 2 {
		if f := w.want("you"); f.Seq != uint64(3+i) || f.You.Muted != 2+i {
			t.Fatalf("replayed: %+v", f)
		}
	}
	if _, _, back := part.told(); back != 1 {
		t.Error("the room was not told that the link is back")
	}
	if h.room.count() != 1 {
		t.Error("a resume entered the room again")
	}
}

// What can not be replayed without a gap is the whole view.
func TestWholeViewWhenReplayIsNotPossible(t *testing.T) {
	for name, last := range map[string]uint64{"nothing seen": 0, "too old": 1, "from the future": 999} {
		t.Run(name, func(t *testing.T) {
			h := open(t, nil)
			w, welcome := h.join("patient:x")
			part := h.room.part(0)
			_ = w.ws.Close()
			eventually(t, "lost", func() bool { _, lost, _ := part.told(); return lost == 1 })
			for i := range replayEvents + 3 {
				part.link.Show(waiting(part, i+1), room1)
			}
			f := h.resume(welcome.Ticket, last).want("welcome")
			if f.Resumed || f.View == nil || f.View.You.Muted != replayEvents+3 || f.Seq != replayEvents+4 {
				t.Fatalf("welcome: %+v", f)
			}
		})
	}
}

// After a change of stage nothing of before is told again.
func TestNoReplayAcrossAChangeOfStage(t *testing.T) {
	h := open(t, nil)
	w, welcome := h.join("patient:x")
	part := h.room.part(0)
	_ = w.ws.Close()
	eventually(t, "lost", func() bool { _, lost, _ := part.told(); return lost == 1 })
	v := part.view()
	v.You.Stage, v.Seats = room.Seated, []room.Seat{{Seat: 1, Name: "Birch", Role: room.Patient}}
	part.link.Show(v, room1)
	part.link.Show(part.view(), room1)
	f := h.resume(welcome.Ticket, 1).want("welcome")
	if f.Resumed || f.View == nil || len(f.View.Seats) != 0 {
		t.Fatalf("welcome: %+v", f)
	}
}

func TestTakeover(t *testing.T) {
	h := open(t, nil)
	first, welcome := h.join("patient:x")
	second := h.resume(welcome.Ticket, welcome.Seq)
	second.want("welcome")
	first.wantClose(4001)
	second.send(`{"type":"set","id":2,"mic":true}`)
	second.want("ok")
	if n, lost, back := h.room.part(0).told(); n != 1 || lost != 0 || back != 0 {
		t.Errorf("the room was told of %d commands, %d losses, %d returns; want 1, 0, 0", n, lost, back)
	}
}

func TestRepeatedCommandIsDoneOnce(t *testing.T) {
	h := open(t, nil)
	h.room.do = func(_ context.Context, _ *fakePart, c room.Command) error {
		if _, ok := c.(room.Admit); ok {
			return room.ErrFull
		}
		return nil
	}
	w, welcome := h.join("facilitator:x")
	for range 3 {
		w.send(`{"type":"admit","id":5,"guest":4}`)
		if f := w.want("error"); f.Code != "full" || f.ID != 5 {
			t.Fatalf("answer: %+v", f)
		}
	}
	again := h.resume(welcome.Ticket, welcome.Seq) // another socket, the same link
	again.want("welcome")
	again.send(`{"type":"admit","id":5,"guest":4}`)
	again.want("error")
	if n, _, _ := h.room.part(0).told(); n != 1 {
		t.Errorf("done %d times", n)
	}
}

// A page that was reloaded knows no ids; they begin anew.
func TestReloadBeginsIDsAnew(t *testing.T) {
	h := open(t, nil)
	w, welcome := h.join("facilitator:x")
	w.send(`{"type":"lock","id":2,"locked":true}`)
	w.want("ok")
	again := h.resume(welcome.Ticket, 0)
	again.want("welcome")
	again.send(`{"type":"lock","id":2,"locked":false}`)
	again.want("ok")
	if n, _, _ := h.room.part(0).told(); n != 2 {
		t.Errorf("%d commands done, want 2", n)
	}
}

// An answer that is made while the socket is away is told to the next one.
func TestAnswerSurvivesTheSocket(t *testing.T) {
	h := open(t, nil)
	release := make(chan struct{})
	h.room.do = func(context.Context, *fakePart, room.Command) error { <-release; return nil }
	w, welcome := h.join("facilitator:x")
	w.send(`{"type":"admit","id":2,"guest":4}`)
	eventually(t, "the command runs", func() bool { n, _, _ := h.room.part(0).told(); return n == 1 })
	again := h.resume(welcome.Ticket, welcome.Seq)
	again.want("welcome")
	again.send(`{"type":"admit","id":2,"guest":4}`)
	close(release)
	if f := again.want("ok"); f.ID != 2 {
		t.Fatalf("answer: %+v", f)
	}
	again.send(`{"type":"ask_video","id":3}`)
	for again.want("ok").ID != 3 { // it may be told twice, once for each time it was asked
	}
	if n, _, _ := h.room.part(0).told(); n != 2 {
		t.Errorf("%d commands done, want 2", n)
	}
}

// A command that waits does not hold up a mute.
func TestSlowCommandHoldsNothingUp(t *testing.T) {
	h := open(t, nil)
	release := make(chan struct{})
	h.room.do = func(_ context.Context, _ *fakePart, c room.Command) error {
		if _, ok := c.(room.Invite); ok {
			<-release
			return room.ErrNotAllowed
		}
		return nil
	}
	w, _ := h.join("facilitator:x")
	w.send(`{"type":"invite","id":2,"role":"patient","count":1}`)
	w.send(`{"type":"mute","id":3,"seat":-1}`)
	if f := w.want("ok"); f.ID != 3 {
		t.Fatalf("first answer: %+v", f)
	}
	close(release)
	if f := w.want("error"); f.ID != 2 {
		t.Fatalf("second answer: %+v", f)
	}
}

func TestTooManyWaitingCommands(t *testing.T) {
	h := open(t, func(c *Config) { c.Limits.Burst = 100 })
	release := make(chan struct{})
	defer close(release)
	h.room.do = func(context.Context, *fakePart, room.Command) error { <-release; return nil }
	w, _ := h.join("facilitator:x")
	for i := range laneLength + 2 { // one is being done
		w.send(fmt.Sprintf(`{"type":"admit","id":%d,"guest":4}`, i+2))
	}
	if f := w.want("error"); f.Code != "busy" {
		t.Fatalf("answer: %+v", f)
	}
}

func TestByeIsFinal(t *testing.T) {
	h := open(t, nil)
	w, welcome := h.join("patient:x")
	part := h.room.part(0)
	part.link.Bye(room.ByeRemoved)
	part.link.Bye(room.ByeLost)
	part.link.Show(waiting(part, 5), room1)
	if f := w.want("bye"); f.Code != "removed" {
		t.Fatalf("bye: %+v", f)
	}
	w.wantClose(4000)
	h.room.enter = func(room.Person, *room.Seal) error { return room.ErrRemoved }
	h.resume(welcome.Ticket, 1).wantRefusal("removed", 4000)
	eventually(t, "the link is forgotten", func() bool { return h.sig.Stats().Links == 0 })
	if _, lost, _ := part.told(); lost != 0 {
		t.Error("a link that is over was told as lost")
	}
}

// When the room has moved, or the server was started again, the ticket rebuilds
// the participant.
func TestTicketRebuildsTheSeat(t *testing.T) {
	h := open(t, nil)
	w, _ := h.join("patient:x")
	part := h.room.part(0)
	seal := room.Seal{Name: "Maple", Seat: 5, Gen: 77}
	v := part.view()
	v.You.Stage, v.You.Seat, v.You.Name = room.Seated, 5, "Maple"
	part.link.Show(v, seal)
	w.want("view")
	ticket := w.want("ticket").Ticket
	part.link.Bye(room.ByeElsewhere)
	w.wantClose(4100)

	var got *room.Seal
	h.room.enter = func(p room.Person, s *room.Seal) error {
		got = s
		if p.Ref != "ref-x" || p.Role != room.Patient || p.Subject != part.person.Subject {
			return errors.New("another person")
		}
		return nil
	}
	again := h.resume(ticket, 3)
	if f := again.want("welcome"); f.Resumed || f.View == nil {
		t.Fatalf("welcome: %+v", f)
	}
	if got == nil || *got != seal {
		t.Fatalf("seal %+v, want %+v", got, seal)
	}
	// The old ticket finds the rebuilt link; its numbers mean nothing there.
	third := h.resume(ticket, 1)
	if f := third.want("welcome"); f.Resumed || f.View == nil || h.room.count() != 2 {
		t.Fatalf("welcome: %+v, %d entered", f, h.room.count())
	}
	again.wantClose(4001)
}

func TestEnterErrors(t *testing.T) {
	for name, c := range map[string]struct {
		err   error
		code  string
		close int
	}{
		"full":        {room.ErrFull, "full", 4000},
		"roster":      {room.ErrNotOnRoster, "not_on_roster", 4000},
		"gone":        {room.ErrGone, "gone", 4000},
		"busy":        {room.ErrBusy, "retry", 4100},
		"owned":       {fmt.Errorf("room: claim: %w", room.ErrOwned), "retry", 4100},
		"unavailable": {room.ErrUnavailable, "retry", 4100},
		"anything":    {errors.New("dial tcp 192.0.2.7: refused"), "retry", 4100},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t, nil)
			h.room.enter = func(room.Person, *room.Seal) error { return c.err }
			w := h.connect()
			w.send(`{"type":"hello","v":1,"id":7,"token":"patient:x"}`)
			if f := w.wantRefusal(c.code, c.close); f.ID != 7 {
				t.Errorf("the error answers %d, want 7", f.ID)
			}
			if n := h.sig.Stats().Links; n != 0 {
				t.Errorf("%d links left", n)
			}
			if strings.Contains(h.logs.String(), "192.0.2.7") {
				t.Error("an error's text was logged")
			}
		})
	}
}

// S-4: agreement to an older version of the rules is asked for again.
func TestKnockNeedsTodaysRules(t *testing.T) {
	h := open(t, nil)
	w, _ := h.join("patient:x")
	w.send(`{"type":"knock","id":2,"name":"Maple","rules":"rules-0"}`)
	if f := w.want("error"); f.Code != "rules_changed" {
		t.Fatalf("answer: %+v", f)
	}
	w.send(`{"type":"knock","id":3,"name":"Maple","rules":"rules-1","camera":true}`)
	w.want("ok")
	part := h.room.part(0)
	part.mu.Lock()
	defer part.mu.Unlock()
	if len(part.done) != 1 || part.done[0] != (room.Knock{By: 1, Name: "Maple", Camera: true}) {
		t.Errorf("done: %+v", part.done)
	}
}

func TestOfferAnswersAndErrors(t *testing.T) {
	h := open(t, nil)
	w, _ := h.join("patient:x")
	long := strings.Repeat("a", 40<<10) // as large as a real one
	w.send(`{"type":"offer","id":2,"sdp":"` + long + `"}`)
	if f := w.want("ok"); !strings.HasPrefix(f.SDP, "answer to a") {
		t.Fatalf("answer: %+v", f)
	}
	w.send(`{"type":"offer","id":3,"sdp":"bad"}`)
	if f := w.want("error"); f.Code != "bad_offer" {
		t.Fatalf("answer: %+v", f)
	}
	w.send(`{"type":"offer","id":4,"sdp":"x","restart":true}`)
	if f := w.want("error"); f.Code != "retry" || f.After == 0 {
		t.Fatalf("answer: %+v", f)
	}
	if strings.Contains(h.logs.String(), "192.0.2.7") {
		t.Error("an error's text was logged")
	}
}

func TestDrainSendsEverybodyAway(t *testing.T) {
	h := open(t, nil)
	w, _ := h.join("patient:x")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := h.sig.Drain(ctx); err != nil {
			t.Error(err)
		}
	})
	w.wantClose(4103)
	_ = w.ws.Close()
	wg.Wait()
	if late, _, err := h.dial(nil); err == nil {
		_ = late.ws.SetReadDeadline(time.Now().Add(patience))
		if _, _, err := late.ws.ReadMessage(); err == nil {
			t.Error("a drained server talks to newcomers")
		}
	}
}

// Sockets, takeovers, commands, events and an end at once: for the race
// detector.
func TestLinkUnderLoad(t *testing.T) {
	h := open(t, func(c *Config) { c.Limits.Joins, c.Limits.Unauthenticated = 1000, 1000 })
	_, welcome := h.join("facilitator:x")
	part := h.room.part(0)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				part.link.Show(waiting(part, i), room.Seal{Seat: -1, Gen: uint64(1 + i%3)})
				time.Sleep(time.Millisecond)
			}
		}
	})
	for range 4 {
		wg.Go(func() {
			for i := range 10 {
				w, _, err := h.dial(nil)
				if err != nil {
					t.Error(err)
					return
				}
				hello := encode(map[string]any{"type": "hello", "v": 1, "id": 1, "resume": welcome.Ticket, "last": i % 3})
				_ = w.ws.WriteMessage(1, hello)
				_ = w.ws.WriteMessage(1, []byte(`{"type":"lock","id":1000,"locked":true}`))
				_ = w.ws.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
				for {
					if _, _, err := w.ws.ReadMessage(); err != nil {
						break
					}
				}
				_ = w.ws.Close()
			}
		})
	}
	time.AfterFunc(300*time.Millisecond, func() { close(stop) })
	wg.Wait()
	part.link.Bye(room.ByeEnded)
	eventually(t, "the link is forgotten", func() bool { return h.sig.Stats().Links == 0 })
}
