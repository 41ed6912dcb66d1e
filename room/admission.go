package room

import (
	"errors"
	"slices"
)

// maxTries is how often a claim that Redis refuses is repeated. The owner's
// memory is the authority on seats; Redis may lag behind by one renewal.
const maxTries = 3

// knock asks to come in. Patients and support wait for a facilitator; a
// facilitator is seated by settle as soon as there is a seat, and a technical
// host put at the door; whoever has a seat kept after a lost connection takes it
// again.
func (s *state) knock(p *attendee, c Knock) error {
	name, err := ParseName(c.Name)
	if err != nil {
		return err
	}
	h := s.holder(p.person.Subject)
	look := fold(name)
	if err := s.mayKnock(p, h, look); err != nil {
		return err
	}
	p.enterStage(Waiting, s.now)
	p.late = s.locked && h == nil && !p.staff()
	s.inherit(p)
	p.name, p.look = name, look
	p.mic = false
	p.camera = c.Camera && !p.is(Host) && !s.holds[p.person.Subject].Video
	if h != nil && s.abandoned(h) {
		s.takeOver(p, h)
	}
	return nil
}

// mayKnock checks everything that can refuse a knock, before anything changes.
func (s *state) mayKnock(p, h *attendee, look skeleton) error {
	subject, role := p.person.Subject, p.person.Role
	switch {
	case s.barred(subject):
		return ErrRemoved
	case s.declined[subject]:
		return ErrDeclined
	case h != nil && !h.is(role), role != Host && s.doorkeeper(subject) != nil:
		return ErrNotAllowed
	case h == nil && !s.expected(p.person):
		return ErrNotOnRoster
	case !s.nameFree(look, subject):
		return ErrNameTaken
	case h == nil && s.fullFor(p.person):
		return ErrFull
	case h != nil && s.abandoned(h):
		return nil // sits again at once
	case !p.staff() && s.waitingBut(subject) >= s.set.Waiting:
		return ErrWaitingFull
	}
	return nil
}

// fullFor says whether a class has no seat for somebody. A seat that is
// reserved for this very person does not count against them.
func (s *state) fullFor(p Person) bool {
	if p.Role == Host {
		return s.doorkeeper(p.Subject) == nil && s.hosts() >= maxHosts
	}
	n := s.taken(p.Role)
	for _, q := range s.seats {
		if q != nil && q.is(p.Role) && q.person.Subject == p.Subject {
			n--
		}
	}
	return n >= s.caps.Of(p.Role)
}

// waitingBut counts the places taken in the waiting room, without one subject's.
func (s *state) waitingBut(subject Subject) (n int) {
	for _, p := range s.people {
		if p.stage == Waiting && !p.staff() && p.person.Subject != subject {
			n++
		}
	}
	return n
}

// inherit lets a knock replace the same person's earlier one, and keep its
// place in the queue.
func (s *state) inherit(p *attendee) {
	for _, q := range slices.Clone(s.people) {
		if q == p || q.stage != Waiting || q.person.Subject != p.person.Subject {
			continue
		}
		p.since, p.late = q.since, q.late
		s.dismiss(q, ByeMoved)
	}
}

// admit lets one person in, or back in. Only while a facilitator is connected:
// nothing starts without one (M-A9).
func (s *state) admit(guest ID) error {
	if s.base != PhaseOpen {
		return ErrNoFacilitator
	}
	p := s.find(guest)
	switch {
	case p == nil:
		return ErrNoSuchGuest
	case p.stage == SteppedOut:
		return s.stepIn(p)
	case p.stage != Waiting:
		return ErrNoSuchGuest
	case p.is(Host):
		return s.moveHost(p)
	case p.serial != 0:
		return nil // on the way in already
	}
	h := s.holder(p.person.Subject)
	switch {
	case h == nil:
		return s.reserve(p)
	case !h.is(p.person.Role):
		return ErrNotAllowed
	}
	s.takeOver(p, h)
	return nil
}

// stepIn brings somebody back to their own seat, microphone off.
func (s *state) stepIn(p *attendee) error {
	p.enterStage(Seated, s.now)
	p.mic, p.outReason = false, ""
	return nil
}

// admitAll admits who waits and is here, in order of their knocks, as far as
// there are seats. It leaves out who needs a look first: latecomers at a locked
// door, a person who sits on another device, and who has stepped out.
func (s *state) admitAll() error {
	if s.base != PhaseOpen {
		return ErrNoFacilitator
	}
	queue := slices.DeleteFunc(slices.Clone(s.people), func(p *attendee) bool { return !s.plain(p) })
	slices.SortStableFunc(queue, func(a, b *attendee) int { return a.since.Compare(b.since) })
	let := 0
	for _, p := range queue {
		if s.reserve(p) == nil {
			let++
		}
	}
	if len(queue) > 0 && let == 0 {
		return ErrFull
	}
	return nil
}

// plain says whether somebody can be admitted without a second look.
func (s *state) plain(p *attendee) bool {
	return p.stage == Waiting && !p.is(Host) && p.serial == 0 && p.connected &&
		!(p.late && s.locked) && s.holder(p.person.Subject) == nil
}

// reserve takes a seat in memory, where the cap is decided, and asks Redis for
// it. The answer comes back as seated.
func (s *state) reserve(p *attendee) error {
	if s.full(p.person.Role) {
		return ErrFull
	}
	n := s.freeSeat(p.person.Seat)
	if n < 0 {
		return ErrFull
	}
	p.seat = n
	s.seats[n] = p
	s.claim(p)
	return nil
}

// freeSeat is the wished number when nobody has it, else the lowest free one of
// the whole circle: facilitators sit among the others.
func (s *state) freeSeat(wish int) int {
	if wish >= 0 && wish < len(s.seats) && s.seats[wish] == nil {
		return wish
	}
	return slices.Index(s.seats, nil)
}

func (s *state) claim(p *attendee) {
	s.serial++
	p.serial = s.serial
	s.emit(claim{p.id, p.serial, p.record(), s.caps})
}

// unreserve gives a reserved seat back.
func (s *state) unreserve(p *attendee) {
	if p.seat >= 0 && s.seats[p.seat] == p {
		s.seats[p.seat] = nil
	}
	p.seat, p.serial, p.tries = -1, 0, 0
}

// answerClaim seats somebody, or undoes the reservation. An answer that names
// an older claim comes too late and says nothing. While Redis is away the room
// goes on by its own memory (M-M7).
func (s *state) answerClaim(p *attendee, c seated) error {
	if c.Serial == 0 || c.Serial != p.serial {
		return nil
	}
	switch {
	case errors.Is(c.Err, ErrStale):
		return s.closeAll(ByeElsewhere, endLost)
	case errors.Is(c.Err, ErrRemoved):
		s.barHere(p.person.Subject)
		return nil
	case errors.Is(c.Err, ErrFull), errors.Is(c.Err, ErrTaken):
		s.refused(p)
		return nil
	}
	s.sit(p)
	return nil
}

// refused repeats a claim a few times. After that a patient goes on waiting,
// and a facilitator, who waits for nobody, hears that the seats are taken.
func (s *state) refused(p *attendee) {
	if p.tries++; p.tries < maxTries {
		s.claim(p)
		return
	}
	s.unreserve(p)
	if p.is(Facilitator) {
		s.dismiss(p, ByeFull)
	}
}

// sit completes an admission: microphone off, camera as chosen (M-C8).
func (s *state) sit(p *attendee) {
	p.serial, p.tries = 0, 0
	p.mic = false
	p.camera = p.camera && !s.holds[p.person.Subject].Video
	p.enterStage(Seated, s.now)
	s.heedLast(p)
	s.forgetDeparture(p.person.Subject)
}

// decline sends somebody away from the waiting room for today. A second device
// is only sent away itself: the person sits in the circle.
func (s *state) decline(guest ID, reason string) error {
	p := s.find(guest)
	if p == nil || p.stage != Waiting {
		return ErrNoSuchGuest
	}
	if p.is(Facilitator) || !ValidParting(reason) {
		return ErrNotAllowed
	}
	s.tellWhy(p, reason)
	if s.holder(p.person.Subject) == nil && s.doorkeeper(p.person.Subject) == nil {
		s.declined[p.person.Subject] = true
		s.depart(p, causeDeclined)
	}
	s.dismiss(p, ByeDeclined)
	s.dropEntered(p.person.Subject)
	return nil
}
