package room

import "slices"

// enter brings somebody in whose invitation is good. They get a place at the
// door, no more: a name and a knock come next. A person whose own seat is kept
// after a lost connection sits again at once.
func (s *state) enter(c enter) error {
	p := c.Person
	if err := s.mayEnter(p); err != nil {
		return err
	}
	if c.Seal != nil {
		return s.resume(p, *c.Seal)
	}
	if s.crowded(p.Role) {
		return ErrBusy
	}
	s.obey(p)
	s.dropEntered(p.Subject)
	a := s.arrive(p)
	if h := s.holder(p.Subject); h != nil && !h.ghost() && h.is(p.Role) && s.abandoned(h) {
		s.takeOver(a, h)
	}
	return nil
}

// abandoned says whether a seat is lost for long enough that another device with
// the same invitation may have it without anybody looking. Its own device comes
// back with its ticket; a moment without network must not hand the seat to
// somebody else's copy of the link, nor must a room's way to another owner.
func (s *state) abandoned(h *attendee) bool {
	return !h.connected && s.due(h.lostAt.Add(reclaimAfter))
}

// mayEnter refuses whoever may not be here at all.
func (s *state) mayEnter(p Person) error {
	switch {
	case p.Subject == "" || p.Role.String() == "":
		return ErrNotAllowed
	case s.barred(p.Subject):
		return ErrRemoved
	case s.declined[p.Subject]:
		return ErrDeclined
	}
	return nil
}

// outlived says whether a ticket is of a session that was ended for everyone
// (M-F12). An invitation is not: it may open the room's next session.
func (s *state) outlived(seal Seal) bool { return s.ended != 0 && seal.Gen <= s.ended }

// crowded says whether the room knows as many people of a kind as it can.
func (s *state) crowded(r Role) bool {
	leaders, hosts := 0, 0
	for _, p := range s.people {
		switch p.person.Role {
		case Facilitator:
			leaders++
		case Host:
			hosts++
		}
	}
	switch r {
	case Facilitator:
		return leaders >= maxLeaders
	case Host:
		return hosts >= maxHostPages
	}
	return len(s.people)-leaders-hosts >= maxPeople
}

// arrive makes the attendee.
func (s *state) arrive(p Person) *attendee {
	a := &attendee{
		id: s.newID(), person: p, gen: s.nextGen(),
		seat: -1, stage: Entered, since: s.now, connected: true,
	}
	s.people = append(s.people, a)
	s.emit(entered{a.id})
	return a
}

// nextGen is later than every generation any owner of this room has given, as
// far as clocks agree.
func (s *state) nextGen() uint64 {
	s.gen = max(s.gen+1, uint64(max(0, s.now.UnixMilli())))
	return s.gen
}

// obey follows what a facilitator's invitation says of the group: its roster
// and a smaller cap. Nobody else's invitation can say it. The latest roster
// counts; an invitation without one takes none away.
func (s *state) obey(p Person) {
	if p.Role != Facilitator {
		return
	}
	if p.Cap > 0 {
		s.caps.Patients = min(s.caps.Patients, p.Cap)
	}
	if !p.Closed {
		return
	}
	s.closed = true
	if len(p.Roster) > 0 {
		s.roster = make(map[Subject]bool, len(p.Roster))
		for _, subject := range p.Roster {
			s.roster[subject] = true
		}
	}
	s.dropStrangers()
}

// expected says whether somebody belongs to the group (M-A10). A roster lists
// members; facilitators and support are there by their invitation alone. A
// member's own invitation can only keep its bearer out: it counts nobody else
// in, and closes nothing.
func (s *state) expected(p Person) bool {
	switch {
	case p.Role != Patient:
		return true
	case p.Closed && !slices.Contains(p.Roster, p.Subject):
		return false
	case !s.closed:
		return true
	case s.roster == nil: // closed, and each invitation says who is a member
		return p.Closed
	}
	return s.roster[p.Subject]
}

// dropStrangers sends away who waits and is not on the roster that has just
// come. Whoever sits already stays: facilitators decide about them.
func (s *state) dropStrangers() {
	for _, p := range slices.Clone(s.people) {
		if p.stage == Waiting && !s.expected(p.person) {
			s.dismiss(p, ByeNotOnRoster)
		}
	}
}

// dropEntered keeps one invitation from filling the house with pages that
// never knock: the latest counts.
func (s *state) dropEntered(subject Subject) {
	for _, p := range slices.Clone(s.people) {
		if p.stage == Entered && p.person.Subject == subject {
			s.dismiss(p, ByeMoved)
		}
	}
}

// resume brings a ticket's bearer back to where they were. Where their seat is
// kept no longer, the knock is repeated for them: a member waits again, a
// facilitator sits, and nobody needs the invitation a second time.
func (s *state) resume(p Person, seal Seal) error {
	if s.outlived(seal) {
		return ErrEnded
	}
	if a := s.bearer(p, seal); a != nil { // the room obeyed the invitation when it came
		s.emit(entered{a.id})
		return s.back(a)
	}
	if h := s.holder(p.Subject); h != nil && seal.Seat >= 0 {
		return s.resumeGhost(h, p, seal)
	}
	if s.crowded(p.Role) {
		return ErrBusy
	}
	if p.Seat < 0 {
		p.Seat = seal.Seat
	}
	s.obey(p)
	s.dropEntered(p.Subject)
	a := s.arrive(p)
	if seal.Name != "" {
		// Where the knock is refused now, they stay at the door and hear why
		// when they knock themselves.
		_ = s.knock(a, Knock{By: a.id, Name: seal.Name})
	}
	return nil
}

// bearer is the attendee the ticket was given to, while the room still has them.
func (s *state) bearer(p Person, seal Seal) *attendee {
	for _, a := range s.people {
		if a.person.Subject == p.Subject && a.gen == seal.Gen && a.is(p.Role) && !a.ghost() {
			return a
		}
	}
	return nil
}

// resumeGhost gives a restored seat back to the bearer of its ticket. The
// microphone and the camera are off: what they were is not remembered anywhere.
// A ticket older than the seat's is of a device that the person has moved from.
func (s *state) resumeGhost(h *attendee, p Person, seal Seal) error {
	if !h.ghost() || !h.is(p.Role) || seal.Gen < h.gen {
		return ErrGone
	}
	name, err := ParseName(seal.Name)
	if err != nil {
		return ErrGone
	}
	s.obey(p)
	h.person, h.gen = p, max(seal.Gen, h.gen)
	s.gen = max(s.gen, h.gen)
	h.name, h.look = s.distinct(name, p.Subject)
	s.emit(entered{h.id})
	return s.back(h)
}

// takeOver moves a seat to the same person's other device: same number, same
// name, same holds, microphone off. The old device hears that it moved.
func (s *state) takeOver(a, h *attendee) {
	s.unreserve(a)
	if h.connected {
		s.depart(h, causeMoved)
	} else {
		s.forgetDeparture(h.person.Subject)
	}
	if !h.ghost() {
		a.name, a.look = h.name, h.look
	}
	a.seat, a.hand, a.away = h.seat, h.hand, h.away
	a.muted, a.micReason, a.videoReason, a.outReason = h.muted, h.micReason, h.videoReason, h.outReason
	a.rename, a.renameLook, a.askVideo = h.rename, h.renameLook, h.askVideo
	a.mic = false
	a.camera = a.camera && !s.holds[a.person.Subject].Video
	a.goodbye = h.goodbye
	a.support, a.supportSeen = h.support, h.supportSeen
	a.enterStage(h.stage, s.now)
	a.side, a.back = h.side, h.back
	h.seat = -1
	s.seats[a.seat] = a
	s.dismiss(h, ByeMoved)
}

// lost starts the grace of somebody whose socket is gone. Their media goes on:
// a lost socket alone is heard by nobody.
func (s *state) lost(p *attendee) error {
	if p.connected {
		p.connected, p.lostAt = false, s.now
	}
	return nil
}

// back ends the grace; all switches are as they were.
func (s *state) back(p *attendee) error {
	p.connected, p.dark = true, false
	return nil
}

// leave gives up whatever the attendee had here.
func (s *state) leave(p *attendee, quick bool) error {
	if p.inCircle() {
		cause := causeLeft
		if quick && !s.set.HideQuick {
			cause = causeQuick
		}
		s.depart(p, cause)
	}
	s.dismiss(p, s.parting(p.person.Subject, ByeLeft))
	return nil
}
