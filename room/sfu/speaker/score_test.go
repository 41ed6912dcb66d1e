package speaker

import "testing"

func TestTakesFloor(t *testing.T) {
	silent, talker := activity{}, activity{13, 5, 10}
	for _, c := range []struct {
		name               string
		challenger, holder activity
		takes              bool
	}{
		{"from nobody", activity{4, 1, 5}, silent, true},
		{"a word", activity{13, 5, 4}, silent, false},
		{"silent just now", activity{0, 5, 10}, silent, false},
		{"while the holder talks", talker, activity{13, 5, 5}, false},
		{"the holder's syllable", activity{13, 5, 10}, activity{4, 1, 2}, false},
		{"the holder's pause", activity{13, 5, 9}, activity{0, 0, 5}, false},
		{"the holder has stopped", activity{8, 4, 7}, activity{0, 0, 3}, true},
		{"the holder's click", activity{8, 4, 7}, activity{0, 1, 3}, true},
		{"the holder's last word", activity{8, 5, 7}, activity{0, 2, 3}, false},
		{"softly, from a loud holder", activity{4, 5, 7}, activity{3, 0, 3}, true},
	} {
		if got := c.challenger.takesFloor(c.holder); got != c.takes {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// TestScores: more medium and long activity is never worth less. The immediate score
// alone falls off above 9 bands, as the paper has it, which cannot matter: what is
// compared with C1 is speech against none, with the line where a frame is active.
func TestScores(t *testing.T) {
	for n, table := range map[int][immediateN + 1]float64{mediumN: mediumScores, longN: longScores} {
		for k := range n {
			if !(table[k+1] > table[k]) {
				t.Errorf("of %d: %d scores %v, %d %v", n, k, table[k], k+1, table[k+1])
			}
		}
	}
	for loud := activeBands; loud <= immediateN; loud++ {
		for other := range immediateN + 1 {
			if ahead := immediateScores[loud]-immediateScores[other] > c1; ahead != (other < activeBands) {
				t.Errorf("%d bands ahead of %d: %v", loud, other, ahead)
			}
		}
	}
}

func TestOrderOfChallengers(t *testing.T) {
	order := []activity{{1, 5, 9}, {13, 4, 9}, {4, 3, 9}, {3, 3, 9}, {13, 5, 8}}
	for i, a := range order {
		for j, b := range order {
			if a.before(b) != (i < j) {
				t.Errorf("%v before %v: %v", a, b, a.before(b))
			}
		}
	}
}
