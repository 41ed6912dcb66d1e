package room

import (
	"slices"
	"time"
)

// Empty lists, so that the wire says [] and never null.
var (
	noSeats  = []Seat{}
	noGuests = []Guest{}
	noOuts   = []Out{}
)

// scene is what all views share, made once per change: what the circle sees,
// and what only facilitators see. Its lists are never changed after they are
// made.
type scene struct {
	open, staffOpen       Open
	seats, staffSeats     []Seat
	waiting               []Guest
	removed               []Out
	session, staffSession *Session
	round, staffRound     *Round
	attendance            *Attendance
	middle, staffMiddle   *Middle
	door                  doorScene
}

// scene derives the shared parts. Lists that have not changed since the last
// scene are the last one's, so that comparing views is comparing pointers.
func (s *state) scene(last *scene) *scene {
	sc := &scene{
		open:       Open{Phase: s.phase(), Locked: s.locked, Text: s.texting},
		seats:      reuse(s.circleSeats(), last.seats),
		staffSeats: reuse(s.staffSeats(), last.staffSeats),
		waiting:    reuse(s.guests(), last.waiting),
		removed:    reuse(s.outs(), last.removed),
	}
	session, staffSession := s.sessions()
	sc.session, sc.staffSession = keep(session, last.session), keep(staffSession, last.staffSession)
	round, staffRound := s.rounds()
	sc.round, sc.staffRound = keep(round, last.round), keep(staffRound, last.staffRound)
	middle, staffMiddle := s.middles()
	sc.middle, sc.staffMiddle = keep(middle, last.middle), keep(staffMiddle, last.staffMiddle)
	sc.attendance = keep(s.attendance(), last.attendance)
	sc.staffOpen = sc.open
	sc.staffOpen.Until = millis(s.until())
	sc.staffOpen.Since = millis(s.opened)
	sc.staffOpen.Notice = s.notice
	sc.staffOpen.Free = max(0, s.caps.Patients-s.taken(Patient))
	s.announce(sc, last)
	return sc
}

func reuse[T comparable](now, last []T) []T {
	if last != nil && slices.Equal(now, last) {
		return last
	}
	return now
}

// view derives what one attendee may see. This is the only place that shows
// anything of the room to anybody.
func (s *state) view(p *attendee, sc *scene) View {
	v := View{You: s.you(p), Seats: noSeats, Waiting: noGuests, Removed: noOuts}
	switch {
	case p.stage == AtDoor:
		v.Room, v.Seats, v.Waiting = sc.door.open, sc.door.seats, sc.door.waiting
	case p.stage != Seated: // M-A8
		v.Room = Open{Locked: s.locked, Hosts: sc.door.unnamed}
	case p.is(Facilitator):
		v.Room, v.Seats, v.Waiting, v.Removed = sc.staffOpen, sc.staffSeats, sc.waiting, sc.removed
		v.Session, v.Round = sc.staffSession, sc.staffRound
		v.Middle = sc.staffMiddle
		v.Attendance = sc.attendance
	default:
		v.Room, v.Seats = sc.open, sc.seats
		v.Session, v.Round = sc.session, sc.round
		v.Middle = sc.middle
	}
	if p.stage == Seated && p.side != 0 {
		v.Seats = s.sideSeats(v.Seats, p.side)
	}
	return v
}

func (s *state) you(p *attendee) You {
	notice := ""
	if p.stage == Waiting || p.stage == SteppedOut {
		notice = s.notice
	}
	hold := s.holds[p.person.Subject]
	return You{
		ID: p.id, Role: p.person.Role, Stage: p.stage, Name: p.name, Seat: p.number(),
		Mic: p.mic, Camera: p.camera, Hand: !p.hand.IsZero(), Away: p.away,
		MicHeld: hold.Mic, VideoHeld: hold.Video,
		MicReason: p.micReason, VideoReason: p.videoReason, OutReason: p.outReason,
		Muted: p.muted, Rename: p.rename, Late: p.late && p.stage == Waiting,
		Side: p.side != 0, Back: !p.back.IsZero(), Goodbye: p.goodbye,
		Support: p.supported(), Notice: notice,
	}
}

// circleSeats is the circle as members see it. A seat stays in it while its
// person has stepped out, so that the circle does not close behind them and
// open again (M-C2, C-6); reasons and times are for facilitators (M-F11).
func (s *state) circleSeats() []Seat {
	seats := make([]Seat, 0, len(s.seats))
	for _, p := range s.seats {
		if p != nil && p.inCircle() && !p.ghost() {
			seats = append(seats, p.inPublic())
		}
	}
	return seats
}

// inPublic is a seat as everybody in the circle sees it.
func (p *attendee) inPublic() Seat {
	sends := p.stage == Seated && !p.away && p.side == 0
	return Seat{
		Seat: p.seat, Name: p.name, Role: p.person.Role, State: p.condition(),
		Mic: p.mic && sends, Camera: p.camera && sends,
		Hand: millis(p.hand), Away: p.away,
	}
}

// The values of Seat.State.
const (
	seatHere       = "here"
	seatLost       = "lost"
	seatSteppedOut = "stepped_out"
	seatSide       = "side" // to each other, in a side room
)

func (p *attendee) condition() string {
	switch {
	case p.stage == SteppedOut, p.side != 0:
		return seatSteppedOut
	case !p.connected && p.dark:
		return seatLost
	}
	return seatHere
}

func (s *state) staffSeats() []Seat {
	seats := make([]Seat, 0, len(s.seats))
	for _, p := range s.seats {
		if p != nil && p.inCircle() && !p.ghost() {
			seats = append(seats, s.forStaff(p))
		}
	}
	return seats
}

// forStaff adds what facilitators need: whom the clinic can reach, and the
// truth about an empty seat.
func (s *state) forStaff(p *attendee) Seat {
	hold := s.holds[p.person.Subject]
	v := p.inPublic()
	v.ID, v.Ref, v.First = p.id, p.person.Ref, p.person.First
	v.MicHeld, v.VideoHeld = hold.Mic, hold.Video
	v.AskVideo, v.Rename = p.askVideo, p.rename
	v.Side, v.Back = p.side, millis(p.back)
	v.Last, v.Goodbye = s.last[p.person.Subject], p.goodbye
	v.Support = millis(p.support)
	v.Alone, v.Location, v.Contact = p.ticks.alone, p.ticks.location, p.ticks.contact
	switch v.State {
	case seatLost:
		v.Since = millis(p.lostAt)
	case seatSteppedOut:
		v.Since = millis(p.since)
	}
	return v
}

// guests is the waiting room in order of the knocks.
func (s *state) guests() []Guest {
	list := []Guest{}
	for _, p := range s.people {
		if p.stage == Waiting || p.stage == SteppedOut && !p.ghost() {
			list = append(list, s.guest(p))
		}
	}
	slices.SortStableFunc(list, func(a, b Guest) int { return int(a.Since - b.Since) })
	return list
}

func (s *state) guest(p *attendee) Guest {
	out := p.stage == SteppedOut
	return Guest{
		ID: p.id, Name: p.name, Role: p.person.Role, Ref: p.person.Ref, First: p.person.First,
		Since: millis(p.since), Late: p.late && !out, Out: out,
		Moves: !out && s.elsewhere(p),
		Here:  p.connected || !p.dark,
	}
}

// elsewhere says whether somebody who waits is here on another device.
func (s *state) elsewhere(p *attendee) bool {
	return s.holder(p.person.Subject) != nil || p.is(Host) && s.doorkeeper(p.person.Subject) != nil
}

func (s *state) outs() []Out {
	list := make([]Out, len(s.departed))
	for i, d := range s.departed {
		list[i] = d.Out
	}
	return list
}

// millis is a time on the wire; 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
