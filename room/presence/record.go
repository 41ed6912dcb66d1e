package presence

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"hearth/room"
)

// Bounds of what is written and read.
const (
	maxSeats   = 64      // seats of a record; a room has at most 20
	maxPeople  = 4096    // holds or removals of a record
	maxInstant = 1 << 46 // ms since 1970, some 2,200 years ahead: exact in Lua
	maxEpoch   = 1 << 49 // an epoch, exact in Lua
	maxNumber  = 63      // seat number
	// maxAhead is how far a generation may be ahead of Redis' clock, ms. It counts
	// from the clock of some node; a year allows for any that people can sit at. An
	// absurd one would make all tickets void at the next owner.
	maxAhead = 366 * 24 * 3600 * 1000
)

// classes are the names of the roles in Redis, in the order of the keys.
var classes = [...]string{room.Patient: "patient", room.Facilitator: "facilitator", room.Support: "support"}

// className is the name of a role in Redis, "" for none.
func className(r room.Role) string {
	if int(r) >= len(classes) {
		return ""
	}
	return classes[r]
}

// goodSeat tells whether a seat may be written.
func goodSeat(s room.SeatRecord) bool {
	return goodSubject(s.Subject) && className(s.Role) != "" && s.Number >= 0 && s.Number <= maxNumber
}

// encodeSeat is the text of a seat in {R}:info: class:number:generation:flags,
// the flags being a for away and o for out.
func encodeSeat(s room.SeatRecord) string {
	flags := ""
	if s.Away {
		flags += "a"
	}
	if s.Out {
		flags += "o"
	}
	return fmt.Sprintf("%s:%d:%d:%s", className(s.Role), s.Number, s.Generation, flags)
}

// decodeSeat reads exactly what encodeSeat writes, and nothing else.
func decodeSeat(subject, text string) (room.SeatRecord, error) {
	part := strings.Split(text, ":")
	if len(part) != 4 {
		return room.SeatRecord{}, ErrCorrupt
	}
	number, err := strconv.Atoi(part[1])
	if err != nil {
		return room.SeatRecord{}, ErrCorrupt
	}
	generation, err := strconv.ParseUint(part[2], 10, 64)
	if err != nil {
		return room.SeatRecord{}, ErrCorrupt
	}
	s := room.SeatRecord{
		Subject: room.Subject(subject), Role: room.Role(slices.Index(classes[1:], part[0]) + 1),
		Number: number, Generation: generation,
		Away: strings.Contains(part[3], "a"), Out: strings.Contains(part[3], "o"),
	}
	if !goodSeat(s) || encodeSeat(s) != text {
		return room.SeatRecord{}, ErrCorrupt
	}
	return s, nil
}

// encodeHold is the text of a hold in {R}:rules; "" for none.
func encodeHold(h room.Hold) string {
	text := ""
	if h.Mic {
		text += "m"
	}
	if h.Video {
		text += "v"
	}
	return text
}

// encodeEnded is the text of the generation up to which a session was ended; ""
// for none.
func encodeEnded(generation uint64) string {
	if generation == 0 {
		return ""
	}
	return strconv.FormatUint(generation, 10)
}

// decodeEnded reads exactly what encodeEnded writes of one.
func decodeEnded(text string) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n == 0 || encodeEnded(n) != text {
		return 0, ErrCorrupt
	}
	return n, nil
}

// snapshot is what Claim and Steal answer: a record as Redis holds it.
type snapshot struct {
	epoch uint64
	now   int64                      // Redis' clock, ms
	seats [len(classes) - 1][]string // per class: subject, expiry
	info  []string                   // subject, text
	rules []string                   // field, value
	out   []string                   // subject, until
}

// readSnapshot takes the answer of take.lua apart.
func readSnapshot(reply []any) (s snapshot, err error) {
	if len(reply) != 8 {
		return s, ErrCorrupt
	}
	if s.epoch, err = wholeNumber(reply[0]); err != nil {
		return s, err
	}
	now, err := wholeNumber(reply[1])
	if err != nil {
		return s, err
	}
	s.now = int64(now)
	for i, list := range []*[]string{&s.seats[0], &s.seats[1], &s.seats[2], &s.info, &s.rules, &s.out} {
		if *list, err = texts(reply[i+2]); err != nil {
			return s, err
		}
	}
	return s, nil
}

// texts reads a flat list of pairs.
func texts(v any) ([]string, error) {
	list, ok := v.([]any)
	if !ok || len(list)%2 != 0 {
		return nil, ErrCorrupt
	}
	out := make([]string, len(list))
	for i, element := range list {
		if out[i], ok = element.(string); !ok {
			return nil, ErrCorrupt
		}
	}
	return out, nil
}

// record reads the snapshot. Seats that have expired and removals that are
// over are left out; anything this package did not write is ErrCorrupt.
func (s snapshot) record() (room.Record, error) {
	r := room.Record{
		Holds: map[room.Subject]room.Hold{}, Removed: map[room.Subject]time.Time{}, Session: map[room.Subject]bool{},
	}
	if err := s.readSeats(&r); err != nil {
		return room.Record{}, fmt.Errorf("seats: %w", err)
	}
	if err := s.readRules(&r); err != nil {
		return room.Record{}, fmt.Errorf("rules: %w", err)
	}
	if err := s.readRemoved(&r); err != nil {
		return room.Record{}, fmt.Errorf("removed: %w", err)
	}
	return r, nil
}

// readSeats joins the sorted sets with the info of their members.
func (s snapshot) readSeats(r *room.Record) error {
	info := make(map[string]string, len(s.info)/2)
	for i := 0; i < len(s.info); i += 2 {
		info[s.info[i]] = s.info[i+1]
	}
	for class, members := range s.seats {
		for i := 0; i < len(members); i += 2 {
			expiry, err := strconv.ParseFloat(members[i+1], 64)
			if err != nil || expiry != expiry || expiry > maxInstant {
				return ErrCorrupt
			}
			if expiry <= float64(s.now) {
				continue
			}
			seat, err := decodeSeat(members[i], info[members[i]])
			if err != nil || int(seat.Role) != class+1 || !s.given(seat.Generation) {
				return ErrCorrupt
			}
			r.Seats = append(r.Seats, seat)
		}
	}
	return ordered(r.Seats)
}

// given tells whether a generation can have been given.
func (s snapshot) given(generation uint64) bool { return generation <= uint64(s.now)+maxAhead }

// ordered sorts seats by number and refuses two of one number or subject.
func ordered(seats []room.SeatRecord) error {
	slices.SortFunc(seats, func(a, b room.SeatRecord) int { return a.Number - b.Number })
	subjects := make(map[room.Subject]bool, len(seats))
	for i, seat := range seats {
		if subjects[seat.Subject] || i > 0 && seats[i-1].Number == seat.Number {
			return ErrCorrupt
		}
		subjects[seat.Subject] = true
	}
	return nil
}

// readRules reads holds and flags. A field of another kind is a later
// version's and is passed over.
func (s snapshot) readRules(r *room.Record) (err error) {
	for i := 0; i < len(s.rules) && err == nil; i += 2 {
		field, value := s.rules[i], s.rules[i+1]
		kind, subject, _ := strings.Cut(field, ":")
		switch kind {
		case "hold":
			err = readHold(r, room.Subject(subject), value)
		case "session":
			if !goodSubject(room.Subject(subject)) {
				return ErrCorrupt
			}
			r.Session[room.Subject(subject)], err = readFlag(value)
		case "last":
			err = readLast(r, room.Subject(subject), value)
		case "locked":
			r.Locked, err = readFlag(value)
		case "paused":
			r.Paused, err = readFlag(value)
		case "ended":
			if r.Ended, err = decodeEnded(value); err == nil && !s.given(r.Ended) {
				err = ErrCorrupt
			}
		case "flow":
			r.Flow = decodeFlow(value)
		case "round":
			r.Round = decodeRound(value)
		}
	}
	return err
}

func readHold(r *room.Record, subject room.Subject, value string) error {
	h := room.Hold{Mic: strings.Contains(value, "m"), Video: strings.Contains(value, "v")}
	if !goodSubject(subject) || value == "" || encodeHold(h) != value {
		return ErrCorrupt
	}
	r.Holds[subject] = h
	return nil
}

// readLast reads the mark of somebody's last session.
func readLast(r *room.Record, subject room.Subject, value string) (err error) {
	if !goodSubject(subject) {
		return ErrCorrupt
	}
	if r.Last == nil {
		r.Last = map[room.Subject]bool{}
	}
	r.Last[subject], err = readFlag(value)
	return err
}

func readFlag(value string) (bool, error) {
	if value != "1" {
		return false, ErrCorrupt
	}
	return true, nil
}

// readRemoved reads the removals that still hold.
func (s snapshot) readRemoved(r *room.Record) error {
	for i := 0; i < len(s.out); i += 2 {
		until, err := wholeNumber(s.out[i+1])
		if err != nil || !goodSubject(room.Subject(s.out[i])) || until > maxInstant {
			return ErrCorrupt
		}
		if int64(until) > s.now {
			r.Removed[room.Subject(s.out[i])] = time.UnixMilli(int64(until))
		}
	}
	return nil
}

// wholeNumber reads a decimal number without sign, below maxEpoch.
func wholeNumber(v any) (uint64, error) {
	text, ok := v.(string)
	if !ok || text == "" || strings.HasPrefix(text, "+") {
		return 0, ErrCorrupt
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n > maxEpoch {
		return 0, ErrCorrupt
	}
	return n, nil
}
