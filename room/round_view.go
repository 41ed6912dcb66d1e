package room

import "slices"

// Round is the round as the circle reads it. Never changed after it was handed
// out.
type Round struct {
	Kind    RoundKind `json:"kind"`
	Current int       `json:"current"`          // whose turn it is
	Next    int       `json:"next"`             // who is next, -1 for nobody
	Lent    int       `json:"lent"`             // the member who may pass the turn on; -1
	For     int       `json:"for"`              // of a goodbye: who leaves the group; -1
	Passed  []int     `json:"passed,omitempty"` // facilitators: passed in this round
	Later   []int     `json:"later,omitempty"`  // facilitators: to come back to
}

func (r *Round) same(o *Round) bool {
	return r.Kind == o.Kind && r.Current == o.Current && r.Next == o.Next && r.Lent == o.Lent && r.For == o.For &&
		slices.Equal(r.Passed, o.Passed) && slices.Equal(r.Later, o.Later)
}

// rounds are the round as members and as facilitators see it; nil for none.
func (s *state) rounds() (members, staff *Round) {
	r := s.round
	if r.kind == "" {
		return nil, nil
	}
	both := Round{Kind: r.kind, Current: r.current, Next: s.nextIn(&r), Lent: r.lent, For: r.leaver}
	all := both
	all.Passed, all.Later = r.passed.list(), r.later.list()
	return &both, &all
}
