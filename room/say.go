package room

import "time"

// Text is one message between people. It is relayed to who is there and kept
// nowhere: not for who comes late, and not for a page that comes back.
type Text struct {
	Kind  TextKind `json:"kind"`
	Seat  int      `json:"seat"`            // who says it; -1 where the receiver may not know, or they have none
	Guest ID       `json:"guest,omitempty"` // facilitators: who in the waiting room says it, or is answered
	Name  string   `json:"name,omitempty"`  // of who says it, or is answered
	Text  string   `json:"text"`            // of a card, which one
	Hosts bool     `json:"hosts,omitempty"` // technical hosts read it too
	At    int64    `json:"at"`              // the server's clock, Unix ms
}

// TextKind is to whom a text goes.
type TextKind string

// The kinds.
const (
	TextGroup   TextKind = "group"   // to the circle, while facilitators have opened it (S-27)
	TextStaff   TextKind = "staff"   // among facilitators, and hosts where it says so (S-8)
	TextHelp    TextKind = "help"    // from the waiting room to facilitators and hosts (S-7)
	TextAnswer  TextKind = "answer"  // back to the one who asked
	TextCaption TextKind = "caption" // of a human captioner (S-15)
	TextReason  TextKind = "reason"  // why one's part ends, right before the goodbye: a preset (S-22)
	TextCard    TextKind = "card"    // kind words to who leaves the group (C-8)
)

// What people say by text.
type (
	// SayGroup says something to the circle.
	SayGroup struct {
		By   ID
		Text string
	}
	// OpenText lets everybody use SayGroup, or ends it.
	OpenText struct {
		By   ID
		Open bool
	}
	// SayStaff says something to the facilitators. A technical host reads it only
	// where the writer wants that, and writes to facilitators and hosts.
	SayStaff struct {
		By    ID
		Text  string
		Hosts bool
	}
	// AskHelp asks the facilitators something from the waiting room.
	AskHelp struct {
		By   ID
		Text string
	}
	// AnswerHelp answers somebody in the waiting room, and nobody else there.
	AnswerHelp struct {
		By    ID
		Guest ID
		Text  string
	}
	// Caption writes down what is said, for those who read it.
	Caption struct {
		By   ID
		Text string
	}
)

func (c SayGroup) do(s *state, p *attendee) error {
	if !s.texting || p.side != 0 || !s.flows() || s.paused && p.is(Patient) {
		return ErrNotAllowed
	}
	return s.say(p, Text{Kind: TextGroup, Seat: p.seat, Name: p.name}, c.Text, (*attendee).reads)
}

func (c OpenText) do(s *state, _ *attendee) error { s.texting = c.Open; return nil }

func (c SayStaff) do(s *state, p *attendee) error {
	hosts := c.Hosts || p.is(Host)
	return s.say(p, Text{Kind: TextStaff, Seat: p.seat, Name: p.name, Hosts: hosts}, c.Text, staffOf(hosts))
}

func (c AskHelp) do(s *state, p *attendee) error {
	hosts := s.hostsHelp(p)
	to := staffOf(hosts)
	return s.say(p, Text{Kind: TextHelp, Seat: -1, Guest: p.id, Name: p.name, Hosts: hosts}, c.Text, func(q *attendee) bool { return q == p || to(q) })
}

// AnswerHelp names nobody to the one who waits (M-A8); facilitators see who is
// answered.
func (c AnswerHelp) do(s *state, p *attendee) error {
	guest := s.find(c.Guest)
	if guest == nil || guest.stage != Waiting && (guest.stage != SteppedOut || guest.ghost() || p.is(Host)) {
		return ErrNoSuchGuest
	}
	hosts := s.hostsHelp(guest)
	staff := Text{Kind: TextAnswer, Seat: p.seat, Guest: guest.id, Name: guest.name, Hosts: hosts}
	if err := s.say(p, staff, c.Text, staffOf(hosts)); err != nil {
		return err
	}
	text, _ := ParseText(c.Text, MaxText)
	s.emit(tell{guest.id, Text{Kind: TextAnswer, Seat: -1, Text: text, At: millis(s.now)}})
	return nil
}

func (c Caption) do(s *state, p *attendee) error {
	if p.side != 0 || !s.flows() {
		return ErrNotAllowed
	}
	return s.say(p, Text{Kind: TextCaption, Seat: p.seat, Name: p.name}, c.Text, (*attendee).reads)
}

// reads says whether somebody sees what is written to the circle: not behind
// their privacy cover, where another person may look (M-S3).
func (p *attendee) reads() bool { return p.stage == Seated && p.side == 0 && !p.away && !p.ghost() }

// leads says whether somebody is a facilitator with a seat.
func (p *attendee) leads() bool { return p.is(Facilitator) && p.stage == Seated && !p.ghost() }

// say relays a text to everybody to whom it may go.
func (s *state) say(p *attendee, t Text, raw string, to func(*attendee) bool) error {
	text, err := ParseText(raw, MaxText)
	if err != nil {
		return err
	}
	if !p.mayWrite(s.now) {
		return ErrBusy
	}
	t.Text, t.At = text, millis(s.now)
	for _, q := range s.people {
		if to(q) {
			s.emit(tell{q.id, t})
		}
	}
	return nil
}

// Five texts in a while, so that nobody is drowned: a captioner writes faster.
const (
	textBurst   = 5
	textWhile   = 5 * time.Second
	captionTime = time.Second
)

// mayWrite says whether somebody may send one more text now, and counts it.
func (p *attendee) mayWrite(now time.Time) bool {
	while := textWhile
	if p.is(Support) {
		while = captionTime
	}
	oldest := &p.wrote[p.writes%textBurst]
	if now.Sub(*oldest) < while {
		return false
	}
	*oldest = now
	p.writes++
	return true
}
