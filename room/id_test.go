package room

import "testing"

// M-A8: what somebody who waits knows of themself says nothing of the others.
func TestIDsTellNothing(t *testing.T) {
	seen := map[ID]bool{}
	rising := 0
	var last ID
	for range 200 {
		id := randomID()
		if id < 0 || id > 1<<31-1 {
			t.Fatalf("id %d", id)
		}
		if id > last {
			rising++
		}
		seen[id], last = true, id
	}
	if len(seen) < 199 || rising > 150 || rising < 50 {
		t.Fatalf("%d different, %d above the one before", len(seen), rising)
	}
}

// A number is nobody else's, be they here or on the facilitators' list.
func TestIDsAreUnique(t *testing.T) {
	tb := newTable(t)
	draws := []ID{7, 7, 0, 8, 7, 8, 9}
	tb.s.draw = func() (id ID) { id, draws = draws[0], draws[1:]; return id }
	host := tb.leader("Ada")
	gone := tb.member(host, "Maple")
	tb.do(Remove{By: host, Seat: 1})
	if host != 7 || gone != 8 {
		t.Fatal(host, gone)
	}
	if id := tb.enter(person("River", Patient)); id != 9 {
		t.Fatalf("%d is taken", id)
	}
	tb.do(Lift{host, gone})
}
