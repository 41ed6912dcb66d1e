package room

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// Bounds of texts that people write to each other, in letters as people count
// them (UAX #29). Nothing of them is kept beyond the session, in Redis, in a log
// or in a metric.
const (
	MaxPrompt = 200  // the card in the middle (C-2)
	MaxNote   = 1000 // the homework note (C-7)
	MaxText   = 300  // one message or caption
	maxBytes  = 4    // of a letter on average, that are worth looking at
)

// ParseText cleans a text of at most so many letters: NFC, single spaces, and
// nothing that cannot be seen or that changes the direction of what follows. The
// joiners that some scripts need (U+200C, U+200D) stay. ErrTextInvalid when
// nothing legible is left, or too much. A parsed text parses to itself.
func ParseText(raw string, letters int) (string, error) {
	if len(raw) > letters*maxBytes*2 || !utf8.ValidString(raw) {
		return "", ErrTextInvalid
	}
	text := strings.Join(strings.Fields(strings.Map(visible, norm.NFC.String(raw))), " ")
	if text = norm.NFC.String(text); uniseg.GraphemeClusterCount(text) > letters || len(text) > letters*maxBytes*2 || piledUp(text) ||
		!strings.ContainsFunc(text, unicode.IsGraphic) {
		return "", ErrTextInvalid
	}
	return text, nil
}

// visible keeps what can be read; every kind of space and line break is a space.
func visible(r rune) rune {
	switch {
	case r == '\u200c', r == '\u200d', r == '\ufe0f':
		return r
	case unicode.IsSpace(r):
		return ' '
	case invisible(r), unicode.In(r, unicode.Co, unicode.Cs), r == utf8.RuneError:
		return -1
	}
	return r
}
