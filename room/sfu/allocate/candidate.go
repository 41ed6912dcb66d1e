package allocate

// Seats is how many a circle has at most.
const Seats = 20

// Rank is what a seat means to its viewers. Less is more important.
type Rank uint8

// The ranks in order. A pinned seat comes between Slide and the others.
const (
	Slide Rank = iota
	TalkingFacilitator
	DominantSpeaker
	Facilitator
	LastSpeaker
	Other
)

// Candidate is a seat with a picture that may be shown to the viewer.
type Candidate struct {
	Seat   int
	Rank   Rank
	Recent uint8 // among equals of a rank: 0 comes first; then the seat decides
	Low    bool  // the low layer can be had
	High   bool  // the high layer, or the only layer of a slide, can be had
	Large  bool  // the viewer's tile is large enough for the high layer
	Pinned bool  // by the viewer
	// Bits is what each level takes, payload bits a second over a second or more,
	// cumulative (Low15 contains Low7); 0 where it is not known.
	Bits [Levels]int64
}

// key orders candidates: less comes first.
func (c *Candidate) key() uint32 {
	class := uint32(c.Rank) + 1
	if c.Pinned {
		class = 1
	}
	if c.Rank == Slide {
		class = 0
	}
	return class<<16 | uint32(c.Recent)<<8 | uint32(c.Seat)
}

// seat is what a plan knows about one.
type seat struct {
	present bool
	barred  bool // by the saver
	key     uint32
	rank    Rank
	pinned  bool
	steps   []Level
	held    [Levels]int64 // smoothed prices
	price   [rungs]int64  // by rung, never falling
	at      int8          // the rung it has
	level   Level
	rises   bool // it may take its rung at once
	isNew   bool
	open    bool // its picture has begun
}

// take updates the seat and says whether that changes who comes first.
func (s *seat) take(c *Candidate, barred, saver bool) (changed bool) {
	steps := ladder(c.Low, c.High, c.Large && !saver)
	key := c.key()
	s.isNew = !s.present
	s.rises = s.isNew && (c.Pinned || c.Rank == Slide) || !s.isNew && key>>16 < s.key>>16 ||
		s.barred && !barred || len(steps) > len(s.steps) && len(s.steps) > 1
	changed = s.isNew || barred != s.barred || key != s.key || len(steps) != len(s.steps) || c.Pinned != s.pinned
	s.present, s.barred, s.key, s.rank, s.pinned, s.steps = true, barred, key, c.Rank, c.Pinned, steps
	s.hold(c)
	s.at = rung(steps, s.level)
	if barred {
		s.at = 0
	}
	s.level = steps[s.at]
	return changed
}

// A price moves only when the measure has left this band, in percent: streams
// breathe, and plans should not.
const (
	bandLow  = 75
	bandHigh = 110
)

// hold smooths the prices and orders them along the ladder.
func (s *seat) hold(c *Candidate) {
	for l := range s.held {
		bits := c.Bits[l]
		if bits <= 0 {
			bits = guess[l]
		}
		if h := s.held[l]; bits*100 > h*bandHigh || bits*100 < h*bandLow {
			s.held[l] = bits
		}
	}
	s.price = [rungs]int64{}
	for i, l := range s.steps[1:] {
		s.price[i+1] = max(s.price[i], s.held[l])
	}
}

// top is the best rung of the seat's ladder.
func (s *seat) top() int8 { return int8(len(s.steps) - 1) }
