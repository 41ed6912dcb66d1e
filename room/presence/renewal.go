package presence

import (
	"slices"
	"time"

	"hearth/room"
)

// encodeRecord is the part of a renewal that tells the record: counts, seats,
// rules and removals as lua/renew.lua lists them. ErrBad for a record that
// could not have come from a room.
func encodeRecord(r room.Record, live, away time.Duration) ([]any, error) {
	if len(r.Seats) > maxSeats || len(r.Holds) > maxPeople || len(r.Removed) > maxPeople || len(r.Session) > maxPeople || len(r.Last) > maxPeople {
		return nil, ErrBad
	}
	if ordered(slices.Clone(r.Seats)) != nil {
		return nil, ErrBad
	}
	args, err := appendSeats(nil, r.Seats, live, away)
	if err != nil {
		return nil, err
	}
	if args, err = appendRules(args, r); err != nil {
		return nil, err
	}
	return appendRemoved(args, r.Removed)
}

// appendSeats appends the count, then subject, class, info and life of each.
func appendSeats(args []any, seats []room.SeatRecord, live, away time.Duration) ([]any, error) {
	args = append(args, len(seats))
	for _, s := range seats {
		if !goodSeat(s) {
			return nil, ErrBad
		}
		args = append(args, string(s.Subject), className(s.Role), encodeSeat(s), lifeOf(s, live, away).Milliseconds())
	}
	return args, nil
}

// lifeOf is how long a seat outlasts its owner.
func lifeOf(s room.SeatRecord, live, away time.Duration) time.Duration {
	if s.Away || s.Out {
		return away
	}
	return live
}

// appendRules appends the count, then field and value of each hold, kind of
// removal and flag.
func appendRules(args []any, r room.Record) ([]any, error) {
	at := len(args)
	args = append(args, 0)
	for subject, hold := range r.Holds {
		if !goodSubject(subject) {
			return nil, ErrBad
		}
		if value := encodeHold(hold); value != "" {
			args = append(args, "hold:"+string(subject), value)
		}
	}
	for subject, session := range r.Session {
		if !goodSubject(subject) {
			return nil, ErrBad
		}
		if session {
			args = append(args, "session:"+string(subject), "1")
		}
	}
	for subject, last := range r.Last {
		if !goodSubject(subject) {
			return nil, ErrBad
		}
		if last {
			args = append(args, "last:"+string(subject), "1")
		}
	}
	if r.Locked {
		args = append(args, "locked", "1")
	}
	if r.Paused {
		args = append(args, "paused", "1")
	}
	if r.Ended != 0 {
		args = append(args, "ended", encodeEnded(r.Ended))
	}
	flow, good := encodeFlow(r.Flow)
	round, sound := encodeRound(r.Round)
	if !good || !sound {
		return nil, ErrBad
	}
	if flow != "" {
		args = append(args, "flow", flow)
	}
	if round != "" {
		args = append(args, "round", round)
	}
	args[at] = (len(args) - at) / 2
	return args, nil
}

// appendRemoved appends the count, then subject and until of each.
func appendRemoved(args []any, removed map[room.Subject]time.Time) ([]any, error) {
	args = append(args, len(removed))
	for subject, until := range removed {
		ms, ok := instant(until)
		if !goodSubject(subject) || !ok {
			return nil, ErrBad
		}
		args = append(args, string(subject), ms)
	}
	return args, nil
}

// instant is a time in ms since 1970. The zero time is refused: taken for one
// long past, it would let a removed person back in.
func instant(t time.Time) (ms int64, ok bool) {
	ms = t.UnixMilli()
	return ms, !t.IsZero() && ms >= 0 && ms <= maxInstant
}
