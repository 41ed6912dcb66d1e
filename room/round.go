package room

// RoundKind is what a round is for.
type RoundKind string

// The kinds.
const (
	RoundGoAround RoundKind = "go_around"
	RoundGoodbye  RoundKind = "goodbye" // ends with the person who leaves the group (M-W1)
)

// round is a turn that passes along the seats (S-2). Who has had it is a set of
// seat numbers, the same whether somebody spoke or passed (M-C6). Owned by the
// state; the zero value is no round.
type round struct {
	kind    RoundKind
	first   int // the seat the walk begins with
	current int // whose turn it is
	lent    int // the member who may pass the turn on (C-4); -1 for none
	leaver  int // of a goodbye: asked last; -1
	staff   bool
	done    seatSet // have had their turn
	later   seatSet // come back to them when the others have had theirs
	passed  seatSet // for facilitators' eyes, while the round lasts
	again   bool    // everybody was asked once: now those of later
}

// seatSet is a set of seat numbers, below 32.
type seatSet uint32

func (t seatSet) has(seat int) bool      { return seat >= 0 && t&(1<<seat) != 0 }
func (t seatSet) with(seat int) seatSet  { return t | 1<<seat }
func (t seatSet) minus(seat int) seatSet { return t &^ (1 << seat) }

// list are the numbers in order, never nil.
func (t seatSet) list() []int {
	list := []int{}
	for n := range MaxSeats {
		if t.has(n) {
			list = append(list, n)
		}
	}
	return list
}

// finish notes that a seat has had its turn.
func (r *round) finish(seat int) {
	r.done, r.later = r.done.with(seat), r.later.minus(seat)
}

// present says whether somebody is in the circle now and can be spoken to.
func (p *attendee) present() bool {
	return p.stage == Seated && !p.ghost() && p.side == 0 && !p.away && (p.connected || !p.dark)
}

// takesPart says whether a seat has turns in the round.
func (s *state) takesPart(r *round, seat int) bool {
	p := s.seats[seat]
	return p != nil && p.inCircle() && (p.is(Patient) || r.staff && p.is(Facilitator))
}

// passOn gives the turn to the next, and ends the round when nobody is left who
// could have it.
func (s *state) passOn() {
	r := &s.round
	next := s.nextIn(r)
	if next < 0 {
		*r = round{}
		return
	}
	r.again = r.again || s.place(r, next) < s.place(r, r.current)
	r.current = next
}

// place is where a seat is in the walk.
func (s *state) place(r *round, seat int) int {
	return (seat - r.first + len(s.seats)) % len(s.seats)
}

// nextIn is who has the turn after the current one: the next seat along the
// circle that has had none and is there. So whoever was away, came late or asked
// for it is come back to when the others have been asked. The leaver of a goodbye
// comes last. -1 for nobody.
func (s *state) nextIn(r *round) int {
	last := -1
	for i := range s.seats {
		seat := (r.current + 1 + i) % len(s.seats)
		if !s.takesPart(r, seat) || r.done.has(seat) || seat == r.current || !s.seats[seat].present() {
			continue
		}
		if seat != r.leaver {
			return seat
		}
		last = seat
	}
	return last
}

// settleRound keeps the round true to who sits: a seat that is free again has
// had no turn, and a turn that nobody has goes on.
func (s *state) settleRound() {
	r := &s.round
	if r.kind == "" {
		return
	}
	for n, p := range s.seats {
		if p == nil || !p.inCircle() {
			r.done, r.later, r.passed = r.done.minus(n), r.later.minus(n), r.passed.minus(n)
		}
	}
	if r.lent >= 0 && !s.seatedOn(r.lent) {
		r.lent = -1
	}
	if r.leaver >= 0 && (s.seats[r.leaver] == nil || !s.seats[r.leaver].inCircle()) {
		*r = round{}
		return
	}
	if !s.seatedOn(r.current) {
		if p := s.seats[r.current]; p != nil && p.inCircle() {
			r.later = r.later.with(r.current)
		}
		s.passOn()
	}
}

// seatedOn says whether somebody sits in the circle on a seat, be it that their
// connection is lost or that they have yet to come back to another owner.
func (s *state) seatedOn(seat int) bool {
	p := s.seats[seat]
	return p != nil && p.stage == Seated && p.side == 0
}

// swap exchanges two seats in the round: a turn goes with the person.
func (r *round) swap(a, b int) {
	if r.kind == "" {
		return
	}
	for _, n := range []*int{&r.current, &r.lent, &r.leaver} {
		switch *n {
		case a:
			*n = b
		case b:
			*n = a
		}
	}
	for _, t := range []*seatSet{&r.done, &r.later, &r.passed} {
		hadA, hadB := t.has(a), t.has(b)
		*t = t.minus(a).minus(b)
		if hadA {
			*t = t.with(b)
		}
		if hadB {
			*t = t.with(a)
		}
	}
}
