package main

// Bounds of what is remembered of one stream.
const (
	seenWindow  = 1024 // numbers that may still arrive late or be repaired
	pendingMost = 32   // numbers being asked again; more are not asked
	askTries    = 5    // times that each is asked
)

// sequence follows the sequence numbers of one RTP stream (RFC 3550) and tells
// losses from lateness. The caller serialises. The zero value is ready.
type sequence struct {
	begun   bool
	highest int64 // extended by its cycles
	floor   int64 // numbers up to here do not count as missing
	seen    [seenWindow / 64]uint64
	settled uint64 // missing numbers that left the window

	received, repaired, duplicate uint64

	pending [pendingMost]pending
	waiting int // entries of pending in use
}

// pending is one number to be asked again.
type pending struct {
	seq   int64
	tries int
}

// add takes a packet of the primary stream.
func (s *sequence) add(seq uint16) {
	if !s.begun {
		s.begun, s.highest = true, int64(seq)
		s.floor = s.highest - 1
	}
	at := s.extend(seq)
	if at > s.highest {
		s.advance(at)
	}
	if s.mark(at) {
		s.received++
	} else {
		s.duplicate++
	}
}

// repair takes a repetition of a number; true if it was missing.
func (s *sequence) repair(seq uint16) bool {
	at := s.extend(seq)
	if !s.begun || at > s.highest || !s.mark(at) {
		return false
	}
	s.repaired++
	return true
}

// extend is the number nearest to the highest one.
func (s *sequence) extend(seq uint16) int64 {
	return s.highest + int64(int16(seq-uint16(s.highest)))
}

// mark notes a number within the window; false if it was there before or is
// too old to be known.
func (s *sequence) mark(at int64) bool {
	if at <= s.highest-seenWindow || at <= s.floor {
		return false
	}
	word, bit := s.slot(at)
	if s.seen[word]&bit != 0 {
		return false
	}
	s.seen[word] |= bit
	return true
}

func (s *sequence) slot(at int64) (word int64, bit uint64) {
	i := ((at % seenWindow) + seenWindow) % seenWindow
	return i / 64, 1 << (i % 64)
}

func (s *sequence) has(at int64) bool {
	word, bit := s.slot(at)
	return s.seen[word]&bit != 0
}

// advance moves the window up to a number; what leaves it missing is lost.
func (s *sequence) advance(to int64) {
	for at := s.highest + 1; at <= to; at++ {
		if old := at - seenWindow; old > s.floor && !s.has(old) {
			s.settled++
		}
		word, bit := s.slot(at)
		s.seen[word] &^= bit
		if at < to {
			s.ask(at)
		}
	}
	s.highest = to
}

func (s *sequence) ask(at int64) {
	if s.waiting < pendingMost {
		s.pending[s.waiting] = pending{seq: at}
		s.waiting++
	}
}

// wanted appends the numbers to ask again now, each a few times.
func (s *sequence) wanted(to []uint16) []uint16 {
	kept := 0
	for _, p := range s.pending[:s.waiting] {
		if p.tries == askTries || p.seq <= s.highest-seenWindow || s.has(p.seq) {
			continue
		}
		p.tries++
		s.pending[kept] = p
		kept++
		to = append(to, uint16(p.seq))
	}
	s.waiting = kept
	return to
}

// lost is how many numbers were missing and never came, so far.
func (s *sequence) lost() uint64 {
	lost := s.settled
	if !s.begun {
		return lost
	}
	for at := max(s.floor, s.highest-seenWindow) + 1; at <= s.highest; at++ {
		if !s.has(at) {
			lost++
		}
	}
	return lost
}

// restart forgets the counts, and what is missing now.
func (s *sequence) restart() {
	s.floor, s.settled = s.highest, 0
	s.received, s.repaired, s.duplicate, s.waiting = 0, 0, 0, 0
}
