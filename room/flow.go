package room

import (
	"slices"
	"time"
)

// Step is a part of a session (M-T1). It says what the group is doing; what the
// packet path may do is the room's Phase.
type Step string

// The steps. Arrival comes before the others and winding down after them; the
// order of those between is the facilitators' (S-1).
const (
	StepArrival    Step = "arrival"
	StepOpening    Step = "opening"
	StepTopic      Step = "topic"
	StepSharing    Step = "sharing"
	StepProcessing Step = "processing"
	StepClosing    Step = "closing"
	StepWindDown   Step = "winddown"
)

// DefaultSteps is the usual order of a session.
func DefaultSteps() []Step {
	return []Step{StepOpening, StepTopic, StepSharing, StepProcessing, StepClosing}
}

// Bounds of the clock (M-T2, M-T3), in minutes.
const (
	MinLength     = 15
	MaxLength     = 120
	MaxDoor       = 120 // until the door closes by itself (S-9)
	defaultLength = 90
	overtime      = 30 * time.Minute // from the planned end to the end
	leastLeft     = 10 * time.Minute // no change of the plan leaves less than this
)

// flow is where a session stands. Owned by the state.
type flow struct {
	order  []Step // replaced, never changed
	at     Step   // "" before the room has opened
	since  time.Time
	length int       // planned, in minutes
	began  time.Time // the first step after the arrival; zero before
	shared bool      // members see the clock too
	door   int       // minutes until the door closes by itself; 0 for never
	closed bool      // it has done so
}

// Plan changes what a session is meant to be; nil leaves a part as it is.
type Plan struct {
	By     ID
	Order  []Step // steps between arrival and winding down, each once
	Length *int   // minutes
	Shared *bool  // members see the clock too
	Door   *int   // minutes from the start until the door closes by itself; 0 for never
}

// Move goes to a step of the session, forward or back.
type Move struct {
	By ID
	At Step
}

// ValidSteps says whether an order can be planned: some of the steps between
// arrival and winding down, each at most once.
func ValidSteps(order []Step) bool {
	for i, step := range order {
		if !slices.Contains(DefaultSteps(), step) || slices.Contains(order[:i], step) {
			return false
		}
	}
	return len(order) > 0
}

// do changes all parts of the plan, or none.
func (c Plan) do(s *state, _ *attendee) error {
	next := s.flow
	if c.Order != nil {
		if !ValidSteps(c.Order) {
			return ErrNotAllowed
		}
		next.order = slices.Clone(c.Order)
	}
	if c.Length != nil {
		if *c.Length < MinLength || *c.Length > MaxLength || s.hardEnd(*c.Length).Before(s.now.Add(leastLeft)) {
			return ErrOutOfRange
		}
		next.length = *c.Length
	}
	if c.Shared != nil {
		next.shared = *c.Shared
	}
	if c.Door != nil {
		if *c.Door < 0 || *c.Door > MaxDoor {
			return ErrOutOfRange
		}
		next.door, next.closed = *c.Door, false
	}
	s.flow = next
	return nil
}

func (c Move) do(s *state, _ *attendee) error {
	f := &s.flow
	if c.At != StepArrival && c.At != StepWindDown && !slices.Contains(f.order, c.At) {
		return ErrNotAllowed
	}
	if c.At == f.at {
		return nil
	}
	f.at, f.since = c.At, s.now
	if f.began.IsZero() && c.At != StepArrival {
		f.began = s.now
	}
	return nil
}

// starts is what the planned length counts from: the first step after the
// arrival, or the opening of the room while nobody has moved on. Zero before.
func (s *state) starts() time.Time {
	if !s.flow.began.IsZero() {
		return s.flow.began
	}
	return s.opened
}

// plannedEnd is when the session should end; nothing happens then (M-T3).
func (s *state) plannedEnd(length int) time.Time {
	return s.starts().Add(time.Duration(length) * time.Minute)
}

// hardEnd is when the session ends by itself. It is in the far future before the
// room has opened.
func (s *state) hardEnd(length int) time.Time {
	if s.starts().IsZero() {
		return s.now.Add(24 * time.Hour)
	}
	return s.plannedEnd(length).Add(overtime)
}

// doorCloses is when the door closes by itself, zero for never.
func (s *state) doorCloses() time.Time {
	if s.flow.door == 0 || s.flow.closed || s.starts().IsZero() {
		return time.Time{}
	}
	return s.starts().Add(time.Duration(s.flow.door) * time.Minute)
}

// settleFlow begins the arrival with the session.
func (s *state) settleFlow() {
	if s.flow.at == "" && !s.opened.IsZero() {
		s.flow.at, s.flow.since = StepArrival, s.opened
	}
}

// passDoor closes the door once when its time has come; a facilitator may open
// it again (S-9).
func (s *state) passDoor() {
	if t := s.doorCloses(); !t.IsZero() && s.due(t) {
		s.locked, s.flow.closed = true, true
	}
}

// The hints facilitators read in Session.Hint. Patients are told no time: a
// group is not cut off by a clock.
const (
	hintTen      = "ten"       // ten minutes of the planned length are left
	hintFive     = "five"      // five
	hintOver     = "over"      // the planned length is over
	hintLastTen  = "last_ten"  // the session ends by itself in ten minutes
	hintLastFive = "last_five" // in five
)

// hintTimes are the moments of the hints, in order.
func (s *state) hintTimes() [5]time.Time {
	end, hard := s.plannedEnd(s.flow.length), s.hardEnd(s.flow.length)
	return [...]time.Time{
		end.Add(-10 * time.Minute), end.Add(-5 * time.Minute), end,
		hard.Add(-10 * time.Minute), hard.Add(-5 * time.Minute),
	}
}

// hint is the latest that is due, "" for none.
func (s *state) hint() (hint string) {
	if s.starts().IsZero() {
		return ""
	}
	for i, t := range s.hintTimes() {
		if s.due(t) {
			hint = [...]string{hintTen, hintFive, hintOver, hintLastTen, hintLastFive}[i]
		}
	}
	return hint
}

// flowDeadlines are the moments at which time alone changes the session.
func (s *state) flowDeadlines(consider func(time.Time)) {
	if s.starts().IsZero() {
		return
	}
	for _, t := range s.hintTimes() {
		consider(t)
	}
	consider(s.hardEnd(s.flow.length))
	consider(s.doorCloses())
}

// Session is where the session stands, as everybody in the circle reads it.
// Never changed after it was handed out.
type Session struct {
	At       Step     `json:"at"`
	Since    int64    `json:"since"` // in this step since
	Order    []Step   `json:"order"`
	Goodbyes []string `json:"goodbyes,omitempty"` // to whom the group said goodbye today
	Ends     int64    `json:"ends,omitempty"`     // planned end: facilitators, and members where it is shared

	// Facilitators only:
	Length int    `json:"length,omitempty"` // planned, in minutes
	Began  int64  `json:"began,omitempty"`  // the first step after the arrival
	Hard   int64  `json:"hard,omitempty"`   // when the session ends by itself
	Hint   string `json:"hint,omitempty"`   // "ten", "five", "over", "last_ten", "last_five"
	Shared bool   `json:"shared,omitempty"` // members see Ends
	Door   int    `json:"door,omitempty"`   // minutes from the start until the door closes by itself
	Closes int64  `json:"closes,omitempty"` // when it will
}

func (a *Session) same(b *Session) bool {
	return a.At == b.At && a.Since == b.Since && a.Ends == b.Ends && a.Length == b.Length && a.Began == b.Began && a.Hard == b.Hard &&
		a.Hint == b.Hint && a.Shared == b.Shared && a.Door == b.Door && a.Closes == b.Closes &&
		slices.Equal(a.Order, b.Order) && slices.Equal(a.Goodbyes, b.Goodbyes)
}

// sessions are the session as members and as facilitators see it; nil before
// the room has opened.
func (s *state) sessions() (members, staff *Session) {
	if s.flow.at == "" {
		return nil, nil
	}
	f := s.flow
	both := Session{At: f.at, Since: millis(f.since), Order: f.order, Goodbyes: s.goodbyes}
	staff = &Session{
		At: f.at, Since: both.Since, Order: f.order, Goodbyes: s.goodbyes, Ends: millis(s.plannedEnd(f.length)),
		Length: f.length, Began: millis(f.began), Hard: millis(s.hardEnd(f.length)), Hint: s.hint(),
		Shared: f.shared, Closes: millis(s.doorCloses()),
	}
	if !f.closed {
		staff.Door = f.door
	}
	if f.shared {
		both.Ends = staff.Ends
	}
	return &both, staff
}
