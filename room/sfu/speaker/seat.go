package speaker

import "math/bits"

const (
	margin       = 6  // dB above the background where the first band begins
	band         = 2  // dB
	activeBands  = 4  // reached by a frame that counts as active: 14 dB above the background
	activeFrames = 3  // of an active block's five
	turn         = 5  // active blocks of the last second without which nobody takes the floor
	doubt        = 10 // dB taken from packets without the voice bit, once it was seen
	hold         = 2  // frames a level stands for beyond its own: packets of 60 ms, jitter
	backlog      = 3  // levels kept for the next frames: packets arrive in bunches

	talkingFrames, talkingWindow = 10, 15 // who begins to talk is active that long of so long
	quietFrames, quietWindow     = 1, 30  // and who has stopped no longer
)

// seat is what is known of one seat. Its owner is the Detector's goroutine.
type seat struct {
	resets uint32 // Intake.resets when it began

	queue  [backlog + intakeSize]byte // packed levels, oldest first
	queued int
	level  byte // packed, of the newest frame with a packet; 0: none
	held   int  // frames since

	room    background
	voiced  bool   // the voice bit was seen: this browser sets it
	bands   int    // of the newest frame
	frames  uint64 // whether active, newest in bit 0
	blocks  uint64
	talking bool
}

func newSeat(resets uint32) seat { return seat{resets: resets, room: newBackground()} }

// fill appends what an Intake held.
func (s *seat) fill(levels uint64) {
	for n := (bits.Len64(levels) + 7) / 8; n > 0; n-- {
		s.queue[s.queued] = byte(levels >> (8 * (n - 1)))
		s.queued++
	}
}

// trim merges the oldest levels until the backlog is short; the loudest of them stands
// for all.
func (s *seat) trim() {
	extra := s.queued - backlog
	if extra <= 0 {
		return
	}
	for _, l := range s.queue[:extra] {
		if loudness(l) > loudness(s.queue[extra]) {
			s.queue[extra] = l
		}
	}
	s.queued = copy(s.queue[:], s.queue[extra:s.queued])
}

// next moves on by one frame.
func (s *seat) next() {
	s.bands = s.reached()
	s.frames <<= 1
	if s.bands >= activeBands {
		s.frames |= 1
	}
	if s.talking {
		s.talking = s.active(quietWindow) > quietFrames
	} else {
		s.talking = s.active(talkingWindow) >= talkingFrames
	}
}

// reached is how many bands the next frame reaches.
func (s *seat) reached() int {
	switch {
	case s.queued > 0:
		s.level, s.held = s.queue[0], 0
		s.queued = copy(s.queue[:], s.queue[1:s.queued])
		s.room.hear(loudness(s.level))
		s.voiced = s.voiced || voice(s.level)
	case s.held < hold:
		s.held++
	default:
		s.level = 0
	}
	if s.level == 0 {
		return 0
	}
	above := loudness(s.level) - s.room.level() - margin
	if s.voiced && !voice(s.level) {
		above -= doubt
	}
	return min(max(above/band, 0), immediateN)
}

// endBlock files the last five frames as a block.
func (s *seat) endBlock() {
	s.blocks <<= 1
	if s.active(mediumN) >= activeFrames {
		s.blocks |= 1
	}
}

// active is how many of the last n frames are.
func (s *seat) active(n int) int { return newest(s.frames, n) }

func (s *seat) activity() activity {
	return activity{immediate: s.bands, medium: s.active(mediumN), long: newest(s.blocks, longN)}
}

func newest(history uint64, n int) int { return bits.OnesCount64(history & (1<<n - 1)) }
