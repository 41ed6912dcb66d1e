package allocate

// What the one picture of the data saver takes at most, payload bits a second.
//
// S-11 allows 150 MB an hour in all, 333 kbit/s. The sound of a full circle in
// lively talk is 200 kbit/s with headers (DESIGN 3), reports are 4. Of the 129 left,
// headers take 16. With one person talking at a time sound is 80 kbit/s, and the hour
// 95 MB.
//
// A pinned picture may be an interpreter's, whose frame rate must not suffer (M-X4), a
// need of its own: the low layer as it is, whatever is said beside it. With one person
// talking at a time the hour is 110 MB, and it is within the 150 while sound is below
// 168 kbit/s. Beside the sound of a full circle in lively talk it is 164 MB: that is the
// pinned limit, as at 113 kbit/s, which would hold the 150, the low layer of 120 is cut to
// 15 frames a second.
const (
	SaverBits       = 110_000
	SaverBitsPinned = 145_000
)

// theOne is the seat whose picture the data saver shows, -1 for none: pinned,
// else the slide, else the dominant speaker, else whoever comes first. And what
// it may take.
func theOne(candidates []Candidate) (best int, most int64) {
	best, most = -1, SaverBits
	least := ^uint32(0)
	for i := range candidates {
		c := &candidates[i]
		if c.Seat < 0 || c.Seat >= Seats || !c.Low && !c.High {
			continue
		}
		if k := c.saverKey(); k < least {
			best, least = c.Seat, k
			if most = SaverBits; c.Pinned {
				most = SaverBitsPinned
			}
		}
	}
	return best, most
}

func (c *Candidate) saverKey() uint32 {
	k := c.key() + 1<<16
	switch {
	case c.Pinned:
		k &= 1<<16 - 1
	case c.Rank == Slide: // class 1 by now
	case c.Rank == DominantSpeaker:
		k = k&(1<<16-1) | 2<<16
	default:
		k += 2 << 16
	}
	return k
}
