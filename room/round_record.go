package room

// RoundRecord is what survives of a round: seat numbers, and nothing of who
// passed. Kind is "" for none.
type RoundRecord struct {
	Kind                         RoundKind
	First, Current, Lent, Leaver int // -1 for none
	Staff                        bool
	Done                         uint32 // bit n: seat n has had its turn
}

// Valid says whether a record is one that a room has written.
func (r RoundRecord) Valid() bool {
	return (r.Kind == RoundGoAround || r.Kind == RoundGoodbye) && inRange(r.First, 0) && inRange(r.Current, 0) &&
		inRange(r.Lent, -1) && inRange(r.Leaver, -1) && r.Done < 1<<MaxSeats && (r.Leaver >= 0) == (r.Kind == RoundGoodbye)
}

func inRange(seat, low int) bool { return seat >= low && seat < MaxSeats }

func (s *state) roundRecord() RoundRecord {
	r := s.round
	if r.kind == "" {
		return RoundRecord{}
	}
	return RoundRecord{r.kind, r.first, r.current, r.lent, r.leaver, r.staff, uint32(r.done)}
}

func (s *state) restoreRound(r RoundRecord) {
	if r.Valid() && max(r.First, r.Current, r.Lent, r.Leaver) < len(s.seats) {
		s.round = round{kind: r.Kind, first: r.First, current: r.Current, lent: r.Lent, leaver: r.Leaver, staff: r.Staff, done: seatSet(r.Done)}
	}
}
