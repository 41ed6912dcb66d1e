package room

import (
	"errors"
	"slices"
	"time"
)

// Limits that no operator sets.
const (
	maxPeople     = 128              // members and support a room knows at once, at the door too
	maxLeaders    = 16               // facilitators, counted apart: no crowd keeps one out
	maxDeparted   = 100              // people remembered for the facilitators' list
	showLostAfter = 2 * time.Second  // a shorter loss of the socket is nobody's business
	reclaimAfter  = 10 * time.Second // a second device that waits gets a seat lost for so long
	enteredFor    = 15 * time.Minute // a page that never knocks
	idleFor       = 5 * time.Minute  // a room with nobody in it
	sessionBar    = 24 * time.Hour   // bound of a removal for the session while it lasts
	afterSession  = 15 * time.Minute // how long such a removal outlives the session
)

// state is everything that is true of a room. It is pure: apply is the only way
// to change it, and all it knows of the world is what apply is given. Owned by
// the room's goroutine.
type state struct {
	// Static after construction.
	set  Settings
	draw func() ID // where IDs come from

	// Scratch of the command being applied.
	now time.Time
	out []effect

	people []*attendee // in order of arrival
	seats  []*attendee // by seat number: taken, kept or reserved
	gen    uint64      // the latest generation given
	ended  uint64      // the latest of a session that was ended for everyone lately
	serial uint64      // of the latest claim

	caps   Caps             // in force: a facilitator's invitation may lower the patients'
	closed bool             // only the roster may knock
	roster map[Subject]bool // of a closed group; nil lets everybody invited in

	// Copied on write: published maps are never changed (record).
	holds   map[Subject]Hold
	removed map[Subject]time.Time
	session map[Subject]bool // of removed: only until the session ends

	declined map[Subject]bool
	departed []departure

	locked, paused bool
	base           Phase // without PhasePaused, which is a switch of its own
	flow           flow
	round          round
	middle         middle
	last           map[Subject]bool // whose last session this is; copied on write
	said           map[Subject]bool // of them, to whom the group said goodbye
	goodbyes       []string         // their names, replaced and never changed
	visits         []visit
	sides          int    // side rooms so far: the number of the latest
	texting        bool   // the group may write to each other
	notice         string // to who waits
	lastHand       time.Time
	opened         time.Time
	heldSince      time.Time // when base became PhaseHold
	idleSince      time.Time // when the room became empty; zero while it is not
	over           ending
}

// newState is a room as the record describes it. Restored seats are kept for
// the grace, so that everybody can come back to their own. draw is where IDs
// come from; it may repeat itself now and then.
func newState(set Settings, rec Record, now time.Time, draw func() ID) *state {
	s := &state{
		set: set, draw: draw, now: now, caps: set.Caps, base: PhaseWaiting,
		seats:    make([]*attendee, set.Caps.Seats()),
		holds:    map[Subject]Hold{},
		removed:  map[Subject]time.Time{},
		session:  map[Subject]bool{},
		declined: map[Subject]bool{},
		last:     map[Subject]bool{}, said: map[Subject]bool{},
	}
	s.flow = flow{order: DefaultSteps(), length: set.length(), door: int(set.Door / time.Minute)}
	s.restore(rec)
	s.settle()
	return s
}

// apply changes the state by one command at the time given, and returns what
// the world has to do. A Refusal has changed nothing, except that time passed.
func (s *state) apply(cmd Command, now time.Time) ([]effect, error) {
	s.now, s.out = now, nil
	s.advance()
	err := s.dispatch(cmd)
	s.settle()
	return s.out, err
}

func (s *state) dispatch(cmd Command) error {
	if _, passes := cmd.(tick); passes {
		return nil
	}
	if s.over != endNot {
		return ErrEnded
	}
	p, err := s.permit(cmd)
	if err != nil {
		return err
	}
	switch c := cmd.(type) {
	case stale:
		return s.closeAll(ByeElsewhere, endLost)
	case drain:
		return s.drain()
	case enter:
		return s.enter(c)
	case seated:
		return s.answerClaim(p, c)
	case offering:
		return nil
	case lost:
		return s.lost(p)
	case back:
		return s.back(p)
	}
	if d, knows := cmd.(deed); knows {
		return d.do(s, p)
	}
	if p.staff() {
		if err := s.lead(p, cmd); !errors.Is(err, errOwnAffair) {
			return err
		}
	}
	return s.ask(p, cmd)
}

// errOwnAffair is lead's answer to a command that is not a facilitator's.
var errOwnAffair = errors.New("room: not a facilitator's command")

// ask applies what anybody may ask for themself.
func (s *state) ask(p *attendee, cmd Command) error {
	switch c := cmd.(type) {
	case Knock:
		return s.knock(p, c)
	case Set:
		return s.switchOwn(p, c.Switches)
	case AskVideo:
		return s.askVideo(p)
	case Rename:
		return s.rename(p, c.Name)
	case Leave:
		return s.leave(p, c.Quick)
	}
	return ErrNotAllowed
}

// lead applies what a seated facilitator may ask, and a technical host of it
// what the rights allow; permit has checked that p is one.
func (s *state) lead(p *attendee, cmd Command) error {
	switch c := cmd.(type) {
	case Admit:
		if p.is(Host) {
			return s.letIn(c.Guest)
		}
		return s.admit(c.Guest)
	case AdmitAll:
		return s.admitAll()
	case Decline:
		return s.decline(c.Guest, c.Reason)
	case Mute:
		return s.mute(c)
	case StopVideo:
		return s.stopVideo(c)
	case Release:
		return s.release(c)
	case LowerHand:
		return s.lowerHand(c.Seat)
	case StepOut:
		return s.stepOut(c)
	case Remove:
		return s.remove(c)
	case Lift:
		return s.lift(c.Who)
	case AnswerRename:
		return s.answerRename(c)
	case Lock:
		s.locked = c.Locked
		return nil
	case Pause:
		s.paused = c.Paused
		return nil
	case End:
		return s.end()
	case Invite:
		return s.invite(c.Role)
	}
	return errOwnAffair
}

func (s *state) emit(e effect) { s.out = append(s.out, e) }

// find is the attendee with the number, nil when there is none.
func (s *state) find(id ID) *attendee {
	for _, p := range s.people {
		if p.id == id {
			return p
		}
	}
	return nil
}

// holder is the attendee who has the subject's seat, nil when there is none.
func (s *state) holder(subject Subject) *attendee {
	for _, p := range s.seats {
		if p != nil && p.inCircle() && p.person.Subject == subject {
			return p
		}
	}
	return nil
}

// sitting is who sits on a seat as everybody can see it.
func (s *state) sitting(seat int) (*attendee, error) {
	p, err := s.placed(seat)
	if err == nil && p.ghost() {
		return nil, ErrNoSuchSeat
	}
	return p, err
}

// placed is who sits on a seat, or is about to come back to it from another owner:
// what is decided in between holds when they do.
func (s *state) placed(seat int) (*attendee, error) {
	if seat < 0 || seat >= len(s.seats) || s.seats[seat] == nil || !s.seats[seat].inCircle() {
		return nil, ErrNoSuchSeat
	}
	return s.seats[seat], nil
}

// taken counts the seats of a class that are taken, kept or reserved (M-A12).
func (s *state) taken(r Role) (n int) {
	for _, p := range s.seats {
		if p != nil && p.is(r) {
			n++
		}
	}
	return n
}

func (s *state) full(r Role) bool { return s.taken(r) >= s.caps.Of(r) }

// forget takes an attendee out of the room; the seat is free at once.
func (s *state) forget(p *attendee) {
	if p.seat >= 0 && s.seats[p.seat] == p {
		s.seats[p.seat] = nil
	}
	s.people = slices.DeleteFunc(s.people, func(q *attendee) bool { return q == p })
}

// dismiss ends an attendee's part and tells their link why.
func (s *state) dismiss(p *attendee, bye Bye) {
	s.forget(p)
	s.emit(farewell{p.id, bye})
}
