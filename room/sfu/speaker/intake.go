package speaker

import "sync/atomic"

// Intake takes the levels of one seat's packets until the next Step: at most
// eight, one a byte, the newest lowest. All methods may be called by any
// goroutine, never wait for a lock, and allocate nothing. It is padded to a cache
// line, as neighbouring seats are written by different goroutines.
type Intake struct {
	levels  atomic.Uint64
	dropped atomic.Uint64
	resets  atomic.Uint32
	_       [44]byte
}

// intakeSize is how many levels an Intake holds.
const intakeSize = 8

// Add files the level of a packet that was let through: the byte of the RFC 6464
// extension as it stands there, voice activity in bit 7, and below it the level in
// -dBov, 0 the loudest and 127 silence. The oldest is given up when there are more
// than eight between two steps.
func (in *Intake) Add(level byte) {
	l := uint64(pack(level))
	for {
		old := in.levels.Load()
		if in.levels.CompareAndSwap(old, old<<8|l) {
			if old>>56 != 0 {
				in.dropped.Add(1)
			}
			return
		}
	}
}

// Reset forgets the seat's past, as when it is given to somebody else. It takes
// effect with the next Step. A packet of the former holder that is under way at
// that moment may still count, for 20 ms.
func (in *Intake) Reset() {
	in.levels.Store(0)
	in.resets.Add(1)
}

// Dropped is how many levels were given up because Step came late.
func (in *Intake) Dropped() uint64 { return in.dropped.Load() }

// pack makes any level nonzero, so that zero can say "none": 1 is the loudest,
// and 127 stands for the two most quiet ones.
func pack(level byte) byte { return level&0x80 | (min(level&0x7f, 126) + 1) }

// loudness is what a packed level means, in dB above silence, 1 to 127.
func loudness(packed byte) int { return 128 - int(packed&0x7f) }

// voice says whether the packed level came with the voice activity bit.
func voice(packed byte) bool { return packed&0x80 != 0 }
