package room

import (
	"reflect"
	"testing"
	"testing/synctest"
	"time"
)

// S-13: at the end there is one line for everybody who sat, whichever way they
// went, and no name.
func TestSummary(t *testing.T) {
	tb := newTable(t)
	if _, some := tb.s.summary("room"); some {
		t.Fatal("a summary of nobody")
	}
	host := tb.leader("Ada")
	began := tb.now
	a, b, c := tb.member(host, "Maple"), tb.member(host, "Oak"), tb.member(host, "Wren")
	tb.wait(10 * time.Minute)
	tb.do(Leave{By: a, Quick: true}, lost{b}, Remove{By: host, Seat: tb.seat(c)})
	tb.wait(tb.s.set.Grace + time.Second)
	tb.wait(5 * time.Minute)
	tb.do(End{host})
	sum, some := tb.s.summary("room")
	if !some || sum.Room != "room" || !sum.Over || !sum.Began.Equal(began) || !sum.Ended.Equal(tb.now) {
		t.Fatalf("%+v", sum)
	}
	stay := func(name string, r Role, spent time.Duration, cause string) Stay {
		p := person(name, r)
		return Stay{Subject: p.Subject, Ref: p.Ref, Role: r, Spent: spent, Cause: cause}
	}
	for i := range sum.People { // a claim takes no time worth telling
		sum.People[i].Spent = sum.People[i].Spent.Round(10 * time.Second)
	}
	whole := tb.now.Sub(began).Round(10 * time.Second)
	want := []Stay{
		stay("Ada", Facilitator, whole, "ended"), stay("Maple", Patient, 10*time.Minute, "left_quickly"),
		stay("Oak", Patient, 10*time.Minute+tb.s.set.Grace, "lost"), stay("Wren", Patient, 10*time.Minute, "removed"),
	}
	if !reflect.DeepEqual(sum.People, want) {
		t.Fatalf("\n%+v\nwant\n%+v", sum.People, want)
	}
}

// A room that moves on tells so.
func TestSummaryOfAPart(t *testing.T) {
	tb := newTable(t)
	tb.leader("Ada")
	tb.do(drain{})
	if sum, some := tb.s.summary("room"); !some || sum.Over || len(sum.People) != 1 {
		t.Fatalf("%+v", sum)
	}
}

// Every way in which a room ends is told of once, if anybody sat.
func TestEveryEndIsTold(t *testing.T) {
	for how, end := range map[string]func(h *house, ada *guest){
		"over":  func(h *house, ada *guest) { _ = ada.Do(h.t.Context(), End{}) },
		"moved": func(h *house, _ *guest) { h.close(); h.open(DefaultSettings()) },
	} {
		t.Run(how, func(t *testing.T) {
			inBubble(t, DefaultSettings(), func(t *testing.T, h *house) {
				h.enter("Wren", Patient) // nobody lets them in
				ada := h.knocked("Ada", Facilitator)
				synctest.Wait()
				end(h, ada)
				synctest.Wait()
				if len(h.ended) != 1 {
					t.Fatalf("told %d times", len(h.ended))
				}
				if sum := h.ended[0]; sum.Over != (how == "over") || len(sum.People) != 1 || sum.People[0].Role != Facilitator {
					t.Fatalf("%+v", sum)
				}
			})
		})
	}
}
