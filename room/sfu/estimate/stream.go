package estimate

// Stream makes differences of the running counts in one stream's report
// blocks (RFC 3550, section 6.4.1). The zero value has seen no report.
type Stream struct {
	started bool
	highest uint32
	lost    int32
	waits   bool   // for a block that reaches next
	next    uint16 // sequence number
}

// maxStep is the most packets one report can plausibly be about.
const maxStep = 1 << 15

// After says that packets have found another path, beginning with a sequence
// number. What was lost before it tells nothing of that path, so counting begins
// anew with the first block that reaches it.
func (s *Stream) After(next uint16) {
	if s.started {
		s.waits, s.next = true, next
	}
}

// Since takes a block's extended highest sequence number and cumulative loss
// (24 bits, signed). It returns what was expected and lost since the block
// before; nothing for the first one, one that is older, or nonsense.
func (s *Stream) Since(highest uint32, cumulative int32) (lost, expected uint32) {
	if s.waits {
		if int16(uint16(highest)-s.next) < 0 {
			return 0, 0
		}
		*s = Stream{}
	}
	was := *s
	step := highest - was.highest
	if was.started && step >= 1<<31 { // overtaken by the one before
		return 0, 0
	}
	*s = Stream{started: true, highest: highest, lost: cumulative}
	if !was.started || step == 0 || step > maxStep {
		return 0, 0
	}
	// Duplicates and late packets make the count fall.
	return uint32(min(max(int64(cumulative)-int64(was.lost), 0), int64(step))), step
}
