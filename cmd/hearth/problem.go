package main

import (
	"errors"
	"slices"
	"strings"
	"unicode"
)

// Problem is one thing that is wrong with the configuration.
type Problem struct {
	Setting string // HEARTH_PATIENTS, or what was taken for a setting
	Wrong   string // never the value of a secret
	Fix     string
}

// String is one line, whatever somebody took for a name.
func (p Problem) String() string {
	name := []rune(strings.Map(oneLine, p.Setting))
	return string(name[:min(len(name), 80)]) + ": " + p.Wrong + "; " + p.Fix
}

func oneLine(r rune) rune {
	if !unicode.IsPrint(r) {
		return '?'
	}
	return r
}

// Problems are all things that are wrong, one a line. It is an error when
// there is at least one.
type Problems []Problem

func (p Problems) Error() string {
	var lines []string
	for _, one := range p {
		lines = append(lines, one.String())
	}
	return strings.Join(lines, "\n")
}

// err is nil for no problems.
func (p Problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

func (p *Problems) add(key, wrong, fix string) {
	*p = append(*p, Problem{prefix + key, wrong, fix})
}

// addErr adds what a setting's set or a check returned.
func (p *Problems) addErr(key string, err error) {
	if err == nil {
		return
	}
	f := flaw{wrong: err.Error(), fix: "see hearth -help"}
	errors.As(err, &f)
	p.add(key, f.wrong, f.fix)
}

// about keeps the problems with the settings named, and with what is no
// setting at all. Nil keys keep everything.
func (p Problems) about(keys []string) Problems {
	if keys == nil {
		return p
	}
	return slices.DeleteFunc(slices.Clone(p), func(one Problem) bool {
		key := strings.TrimPrefix(one.Setting, prefix)
		return find(key) != nil && !slices.Contains(keys, key)
	})
}

// maxGuess bounds the names that nearest thinks about, in bytes.
const maxGuess = 64

// nearest is the candidate that takes the fewest changed letters, if it is
// near enough to have been meant; otherwise "".
func nearest(name string, candidates []string) string {
	if len(name) > maxGuess {
		return ""
	}
	best, least := "", max(2, len(name)/3)+1
	for _, c := range candidates {
		if d := editDistance(name, c); d < least {
			best, least = c, d
		}
	}
	return best
}

// editDistance counts inserted, removed, changed and swapped letters
// (optimal string alignment).
func editDistance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+differ(a[i-1], b[j-1]))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

func differ(a, b byte) int {
	if a == b {
		return 0
	}
	return 1
}
