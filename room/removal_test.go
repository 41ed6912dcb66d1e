package room

import (
	"testing"
	"time"
)

// A removal that Redis remembers from before a restart ends with the session,
// and one for the group does not, however little of it is left.
func TestRestoredRemovals(t *testing.T) {
	first := newTable(t)
	host := first.leader("Ada")
	first.member(host, "Maple")
	first.member(host, "River")
	first.do(Remove{By: host, Seat: 1}, Remove{By: host, Seat: 2, Group: true})
	session, group := person("Maple", Patient).Subject, person("River", Patient).Subject
	first.do(drain{})
	rec := first.s.record()
	rec.Removed[group] = start.Add(2 * time.Hour) // the last hours of 90 days

	tb := newTableOf(t, DefaultSettings(), rec)
	host = tb.leader("Eve")
	tb.do(End{host})
	if got := tb.bars[session]; !got.Equal(start.Add(afterSession)) {
		t.Fatalf("for the session until %v", got)
	}
	if got, touched := tb.bars[group]; touched {
		t.Fatalf("for the group until %v", got)
	}
}

// M-F6 with no days: a removal for the group holds as one for the session does.
func TestRemovalOfNoDays(t *testing.T) {
	set := DefaultSettings()
	set.Removal = 0
	tb := newTableOf(t, set, Record{})
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	tb.do(Remove{By: host, Seat: 1, Group: true})
	tb.bye(id, ByeRemoved)
	if got := tb.bars[person("Maple", Patient).Subject]; !got.Equal(start.Add(sessionBar)) {
		t.Fatalf("until %v", got)
	}
	for range 20 {
		tb.s.opened = tb.now // a session without an end in sight
		tb.wait(time.Hour)
		tb.s.opened = tb.now
		tb.wait(time.Hour)
		tb.refuse(ErrRemoved, enter{Person: person("Maple", Patient)})
	}
	tb.do(End{host})
	if got := tb.bars[person("Maple", Patient).Subject]; !got.Equal(tb.now.Add(afterSession)) {
		t.Fatalf("until %v", got)
	}
}

// M-P4: a session that ends because nobody is left ends its removals as well.
func TestIdleEndShortensRemovals(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	tb.member(host, "Maple")
	tb.do(Remove{By: host, Seat: 1}, Leave{By: host})
	tb.wait(idleFor)
	if tb.over != endOver {
		t.Fatal("not over")
	}
	if got := tb.bars[person("Maple", Patient).Subject]; !got.Equal(tb.now.Add(afterSession)) {
		t.Fatalf("until %v", got)
	}
	if tb.s.record().Ended != 0 {
		t.Fatal("nobody ended it: a ticket may come back")
	}
}
