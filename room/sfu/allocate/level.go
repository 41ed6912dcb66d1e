package allocate

// Level is how well a picture is shown.
type Level uint8

// The levels. 7 and 15 are frames a second: temporal layer 0 alone, and up to
// layer 1. A source without temporal layers has the same price for all three.
const (
	Off Level = iota
	Low7
	Low15
	LowFull
	High7 // only of a source without a low layer: a slide
	High15
	HighFull

	Levels = 7
)

// High says that the level is one of the high layer.
func (l Level) High() bool { return l >= High7 }

// Temporal is the highest temporal layer to forward. Off has none; ask before.
func (l Level) Temporal() uint8 {
	if l == Off {
		return 0
	}
	return uint8(l-1) % 3
}

// guess is the price of a level nobody has measured, bits a second of payload:
// the layers' nominal rates, with shares of temporal layers on the safe side.
var guess = [Levels]int64{0, 60_000, 85_000, 120_000, 200_000, 300_000, 450_000}

// A ladder is the levels a picture may climb, best last. 360p at 7.5 fps is not
// among them where there is a low layer: faces at full rate serve better.
var (
	ladderLow  = [...]Level{Off, Low7, Low15, LowFull}
	ladderBoth = [...]Level{Off, Low7, Low15, LowFull, High15, HighFull}
	ladderHigh = [...]Level{Off, High7, High15, HighFull}
)

const (
	rungs = 6 // of the longest ladder, Off included
	full  = 3 // the rung of full frame rate, in every ladder
)

// ladder is what a candidate may climb, Off alone where it has no layer.
func ladder(low, high, large bool) []Level {
	switch {
	case low && high && large:
		return ladderBoth[:]
	case low:
		return ladderLow[:]
	case high:
		return ladderHigh[:]
	}
	return ladderLow[:1]
}

// rung is the best step of the ladder that is no better than the level.
func rung(steps []Level, l Level) int8 {
	if len(steps) > 1 && steps[1] == High7 && l != Off && !l.High() {
		l += 3 // the low layer is gone: the same frame rate
	}
	best := 0
	for i, s := range steps {
		if s <= l {
			best = i
		}
	}
	return int8(best)
}
