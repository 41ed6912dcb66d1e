package presence

import (
	"strconv"
	"strings"

	"hearth/room"
)

// encodeFlow is the text of a session's flow in {R}:rules,
// step:length:door:shared:opened:began:order, or "" for none. Steps are words of
// the protocol, everything else is a number.
func encodeFlow(f room.FlowRecord) (string, bool) {
	if f.At == "" {
		return "", true
	}
	order := make([]string, len(f.Order))
	for i, step := range f.Order {
		order[i] = string(step)
	}
	return strings.Join([]string{
		string(f.At), strconv.Itoa(f.Length), strconv.Itoa(f.Door), encodeFlag(f.Shared),
		strconv.FormatInt(f.Opened, 10), strconv.FormatInt(f.Began, 10), strings.Join(order, ","),
	}, ":"), f.Valid() && f.Opened <= maxInstant && f.Began <= maxInstant
}

// decodeFlow reads what encodeFlow writes. Anything else may be a later version's
// and is no flow: the session begins anew, which harms nobody.
func decodeFlow(text string) room.FlowRecord {
	part := strings.Split(text, ":")
	if len(part) != 7 {
		return room.FlowRecord{}
	}
	var n numbers
	f := room.FlowRecord{
		At: room.Step(part[0]), Length: n.next(part[1]), Door: n.next(part[2]), Shared: part[3] == "1",
		Opened: int64(n.next(part[4])), Began: int64(n.next(part[5])),
	}
	for step := range strings.SplitSeq(part[6], ",") {
		f.Order = append(f.Order, room.Step(step))
	}
	if again, ok := encodeFlow(f); n.bad || !ok || again != text {
		return room.FlowRecord{}
	}
	return f
}

// encodeRound is the text of a round in {R}:rules,
// kind:first:current:lent:leaver:staff:done, or "" for none.
func encodeRound(r room.RoundRecord) (string, bool) {
	if r.Kind == "" {
		return "", true
	}
	return strings.Join([]string{
		string(r.Kind), strconv.Itoa(r.First), strconv.Itoa(r.Current), strconv.Itoa(r.Lent), strconv.Itoa(r.Leaver),
		encodeFlag(r.Staff), strconv.Itoa(int(r.Done)),
	}, ":"), r.Valid()
}

// decodeRound reads what encodeRound writes; anything else is no round.
func decodeRound(text string) room.RoundRecord {
	part := strings.Split(text, ":")
	if len(part) != 7 {
		return room.RoundRecord{}
	}
	var n numbers
	r := room.RoundRecord{
		Kind: room.RoundKind(part[0]), First: n.next(part[1]), Current: n.next(part[2]), Lent: n.next(part[3]),
		Leaver: n.next(part[4]), Staff: part[5] == "1", Done: uint32(n.next(part[6])),
	}
	if again, ok := encodeRound(r); n.bad || !ok || again != text {
		return room.RoundRecord{}
	}
	return r
}

func encodeFlag(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

// numbers reads whole numbers and remembers whether one was none.
type numbers struct{ bad bool }

func (n *numbers) next(text string) int {
	v, err := strconv.Atoi(text)
	n.bad = n.bad || err != nil
	return v
}
