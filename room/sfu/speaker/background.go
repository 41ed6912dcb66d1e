package speaker

const (
	// quietest is the lowest background that counts, -68 dBov: browsers suppress
	// noise down to digital silence, above which anything would be loud.
	quietest = 127 - 68
	// span is the length of one period of the background's minimum, in frames heard.
	span = 100
)

// background follows the level of a seat's room: the minimum of this period
// and the one before, that is of 2 to 4 seconds. Speech has gaps at every stop
// consonant, a fan has none. Only frames with a packet count, so the gaps of DTX do
// not make a noisy room look quiet.
type background struct {
	before, now int // in dB above silence
	frames      int
}

func newBackground() background { return background{now: 127} }

func (b *background) hear(loud int) {
	b.now = min(b.now, loud)
	if b.frames++; b.frames == span {
		*b = background{before: b.now, now: 127}
	}
}

func (b *background) level() int { return max(quietest, min(b.before, b.now)) }
