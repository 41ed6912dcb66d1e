package speaker

import "math"

// The counts of the three time scales. Between two neighbouring ones lie 20, 100 and
// 1,000 ms; each is the number of active sub-units out of so many.
const (
	immediateN = 13
	mediumN    = 5
	longN      = 10
)

// What a challenger's scores must be ahead by, as logarithms of their quotients. C1 is the
// paper's: the holder is silent now. C2 (2 in the paper) lets a single active frame of
// the holder's pass, a click, against four of the challenger's. C3 (0 in the paper)
// demands twice the holder's speech of the last second, as double talk would
// flap otherwise.
const (
	c1 = 3.0
	c2 = 1.5
	c3 = 0.65
)

var (
	immediateScores = scores(immediateN, 0.78)
	mediumScores    = scores(mediumN, 24)
	longScores      = scores(longN, 47)
)

// scores are the logarithms of the speech activity scores of 0 to n active
// sub-units: of the log-likelihood ratio of speech, where each is active with
// probability 1/2, against noise, where their number falls off exponentially with lambda.
func scores(n int, lambda float64) (table [immediateN + 1]float64) {
	const none = 1e-10 // no speech is infinitely less than a little
	choose := 1.0
	for k := 0; k <= n; k++ {
		ratio := math.Log(choose) - float64(n)*math.Ln2 - math.Log(lambda) + lambda*float64(k)
		table[k] = math.Log(max(ratio, none))
		choose = choose * float64(n-k) / float64(k+1)
	}
	return table
}

// activity is how active a seat is on the three time scales.
type activity struct{ immediate, medium, long int }

// takesFloor says whether a seat as active as a takes the floor from one as active as
// holder.
func (a activity) takesFloor(holder activity) bool {
	return a.long >= turn &&
		immediateScores[a.immediate]-immediateScores[holder.immediate] > c1 &&
		mediumScores[a.medium]-mediumScores[holder.medium] > c2 &&
		longScores[a.long]-longScores[holder.long] > c3
}

// before orders challengers: who has talked more lately.
func (a activity) before(b activity) bool {
	if a.long != b.long {
		return a.long > b.long
	}
	if a.medium != b.medium {
		return a.medium > b.medium
	}
	return a.immediate > b.immediate
}
