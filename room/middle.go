package room

import (
	"slices"
	"time"
)

// middle is what lies in the middle of the circle. It is in memory only and ends
// with the session. Owned by the state.
type middle struct {
	prompt    string
	note      string
	quiet     QuietKind // "" while no timer runs
	quietFrom time.Time
	quietEnds time.Time
	horseshoe bool
}

// QuietKind is what a quiet time is for.
type QuietKind string

// The kinds.
const (
	QuietWriting   QuietKind = "writing"
	QuietBreathing QuietKind = "breathing"
)

// Bounds of a quiet time, in seconds.
const (
	MinQuiet = 10
	MaxQuiet = 1800
)

// What facilitators lay there.
type (
	// SetPrompt shows a card to everybody; "" takes it away (C-2).
	SetPrompt struct {
		By   ID
		Text string
	}
	// SetNote writes the homework note, which members see at the closing; ""
	// takes it away (C-7).
	SetNote struct {
		By   ID
		Text string
	}
	// StartQuiet starts the quiet timer, in place of one that runs (C-3).
	StartQuiet struct {
		By      ID
		Kind    QuietKind
		Seconds int
	}
	// EndQuiet ends it.
	EndQuiet struct{ By ID }
	// Arrange draws the seats as a horseshoe, or as a circle (C-1).
	Arrange struct {
		By        ID
		Horseshoe bool
	}
)

func (c SetPrompt) do(s *state, _ *attendee) (err error) {
	s.middle.prompt, err = newText(s.middle.prompt, c.Text, MaxPrompt)
	return err
}

func (c SetNote) do(s *state, _ *attendee) (err error) {
	s.middle.note, err = newText(s.middle.note, c.Text, MaxNote)
	return err
}

// newText is a new text, "" for none, or the old one and why not.
func newText(old, raw string, letters int) (string, error) {
	if raw == "" {
		return "", nil
	}
	text, err := ParseText(raw, letters)
	if err != nil {
		return old, err
	}
	return text, nil
}

func (c StartQuiet) do(s *state, _ *attendee) error {
	switch {
	case c.Kind != QuietWriting && c.Kind != QuietBreathing:
		return ErrNotAllowed
	case c.Seconds < MinQuiet || c.Seconds > MaxQuiet:
		return ErrOutOfRange
	}
	s.middle.quiet, s.middle.quietFrom = c.Kind, s.now
	s.middle.quietEnds = s.now.Add(time.Duration(c.Seconds) * time.Second)
	return nil
}

func (c EndQuiet) do(s *state, _ *attendee) error { s.stopQuiet(); return nil }

func (c Arrange) do(s *state, _ *attendee) error { s.middle.horseshoe = c.Horseshoe; return nil }

func (s *state) stopQuiet() {
	s.middle.quiet, s.middle.quietFrom, s.middle.quietEnds = "", time.Time{}, time.Time{}
}

// passQuiet ends a quiet time that is over.
func (s *state) passQuiet() {
	if s.middle.quiet != "" && s.due(s.middle.quietEnds) {
		s.stopQuiet()
	}
}

// Middle is what everybody in the circle sees in its middle. Never changed after
// it was handed out.
type Middle struct {
	Horseshoe bool   `json:"horseshoe,omitempty"`
	Prompt    string `json:"prompt,omitempty"`
	Note      string `json:"note,omitempty"` // members see it from the closing on
	Quiet     *Quiet `json:"quiet,omitempty"`
}

// Quiet is a quiet time that runs. Times are of the server's clock, which
// welcome tells.
type Quiet struct {
	Kind QuietKind `json:"kind"`
	From int64     `json:"from"`
	Ends int64     `json:"ends"`
}

func (m *Middle) same(o *Middle) bool {
	a, b := *m, *o
	quiet := a.Quiet == b.Quiet || a.Quiet != nil && b.Quiet != nil && *a.Quiet == *b.Quiet
	a.Quiet, b.Quiet = nil, nil
	return quiet && a == b
}

// middles are the middle as members and as facilitators see it; nil for an empty
// one.
func (s *state) middles() (members, staff *Middle) {
	m := Middle{Horseshoe: s.middle.horseshoe, Prompt: s.middle.prompt}
	if s.middle.quiet != "" {
		m.Quiet = &Quiet{s.middle.quiet, millis(s.middle.quietFrom), millis(s.middle.quietEnds)}
	}
	all := m
	all.Note = s.middle.note
	if slices.Contains([]Step{StepClosing, StepWindDown}, s.flow.at) {
		m.Note = s.middle.note
	}
	return m.orNone(), all.orNone()
}

func (m *Middle) orNone() *Middle {
	if *m == (Middle{}) {
		return nil
	}
	return m
}
