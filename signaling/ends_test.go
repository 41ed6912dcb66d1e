package signaling

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"testing"
	"time"

	"hearth/room"
	"hearth/signaling/token"
)

// later is how far a server's clock is ahead, and a verifier of invitations
// that are good for an hour.
type later struct{ moved atomic.Int64 }

func (c *later) now() time.Time       { return time.Now().Add(time.Duration(c.moved.Load())) }
func (c *later) goOn(d time.Duration) { c.moved.Add(int64(d)) }

func (c *later) Verify(ctx context.Context, raw string) (token.Claims, error) {
	claims, err := fakeVerifier{}.Verify(ctx, raw)
	if err == nil && c.moved.Load() >= int64(time.Hour) {
		err = token.ErrExpired
	}
	return claims, err
}

// The end of an invitation ends no part that has begun: not a link that lives,
// nor a seat, wherever its ticket is shown (M-T3). Whoever has neither has to be
// invited again (M-A2), and a ticket is good for one session.
func TestInvitationsEnd(t *testing.T) {
	var c later
	h := open(t, func(cfg *Config) { cfg.Now, cfg.Verifier = c.now, &c })
	waits, waiting := h.join("patient:waits")
	sits, _ := h.join("patient:sits")
	sitting := h.room.part(1)
	sitting.link.Show(sitting.view(), room.Seal{Name: "Ash", Seat: 2, Gen: 2})
	ticket := sits.want("ticket").Ticket

	c.goOn(time.Hour)
	again := h.connect()
	again.send(`{"type":"hello","v":1,"id":1,"token":"patient:sits"}`)
	again.wantRefusal("link_expired", 4000)
	for _, w := range []*wire{waits, sits} {
		w.send(`{"type":"set","id":2,"mic":true}`)
		w.want("ok")
	}
	waits = h.resume(waiting.Ticket, 1)
	if f := waits.want("welcome"); !f.Resumed {
		t.Errorf("a link that lives: %+v", f)
	}

	h.room.part(0).link.Bye("retry")
	waits.wantClose(4100)
	h.resume(waiting.Ticket, 0).wantRefusal("link_expired", 4000)

	sitting.link.Bye("retry")
	sits.wantClose(4100)
	h.resume(ticket, 0).want("welcome")
	if s := h.room.part(2).seal; s == nil || s.Seat != 2 {
		t.Errorf("the seat was not asked for: %+v", s)
	}
	c.goOn(ticketLife)
	h.resume(ticket, 0).wantRefusal("link_expired", 4000)
}

// The answer to hello is the first frame, however long a room takes for it: to a
// client, and to the node that brings one.
func TestWelcomeIsTheFirstFrame(t *testing.T) {
	town := openTown(t, 2, func(c *Config) {
		brief(c)
		c.Limits.Ping = 10 * time.Millisecond
	})
	town[0].room.enter = func(room.Person, *room.Seal) error { time.Sleep(150 * time.Millisecond); return nil }
	town[1].cluster.set(func(f *fakeCluster) { f.at = town[0].owned() })
	for i, who := range []string{"patient:near", "patient:far"} {
		w := town[i].connect()
		w.send(`{"type":"hello","v":1,"id":1,"token":"` + who + `"}`)
		_ = w.ws.SetReadDeadline(time.Now().Add(patience))
		_, raw, err := w.ws.ReadMessage()
		var f frame
		if err != nil || json.Unmarshal(raw, &f) != nil || f.Type != "welcome" {
			t.Errorf("%s: the first frame is %s, %v", who, raw, err)
		}
	}
	if s := town[1].sig.Stats(); len(s.HopsFailed) != 0 {
		t.Errorf("outer: %+v", s)
	}
}
