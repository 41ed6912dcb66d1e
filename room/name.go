package room

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"
)

// Bounds of a pseudonym.
const (
	maxGraphemes = 24  // as people count letters (UAX #29)
	maxNameBytes = 512 // of what is worth looking at
	maxMarks     = 3   // combining marks on one letter; some scripts need two
)

// ParseName cleans a pseudonym and returns it as everybody will see it (M-A5):
// normalised and with single spaces by the Nickname profile of PRECIS (RFC
// 8266), without invisible characters, 1 to 24 graphemes long, with something
// in it that can be read aloud. ErrNameInvalid otherwise, ErrNamePersonal when
// it looks like an e-mail address, a number to call or an address on the web.
// A parsed name parses to itself.
func ParseName(raw string) (string, error) {
	if len(raw) > maxNameBytes || !utf8.ValidString(raw) {
		return "", ErrNameInvalid
	}
	name, err := canonical(raw)
	switch {
	case err != nil:
		return "", ErrNameInvalid
	case uniseg.GraphemeClusterCount(name) > maxGraphemes, len(name) > maxNameBytes,
		!legible(name), piledUp(name):
		return "", ErrNameInvalid
	case personal(name):
		return "", ErrNamePersonal
	}
	return name, nil
}

// canonical strips and normalises until nothing changes any more: one pass of
// a PRECIS profile need not be stable (RFC 8264, section 7).
func canonical(name string) (string, error) {
	for range 4 {
		next, err := precis.Nickname.String(strip(name))
		if err != nil {
			return "", err
		}
		next = strings.TrimSpace(norm.NFC.String(strip(next)))
		if next == name {
			return name, nil
		}
		name = next
	}
	return "", ErrNameInvalid
}

// strip removes what cannot be seen: control characters become spaces or
// nothing, and format characters (bidirectional overrides, zero-width joiners),
// variation selectors and blank letters go.
func strip(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case invisible(r):
			return -1
		}
		return r
	}, s)
}

func invisible(r rune) bool {
	switch r {
	case 0x034F, // combining grapheme joiner
		0x115F, 0x1160, 0x3164, 0xFFA0, // Hangul fillers
		0x17B4, 0x17B5, // Khmer inherent vowels
		0x2800, // Braille blank
		0xFFFC: // object replacement
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector) ||
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// legible says whether there is a letter, a digit or a picture in the name.
func legible(name string) bool {
	return strings.ContainsFunc(name, func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.N, unicode.So)
	})
}

// piledUp says whether marks are stacked into the neighbours' tiles.
func piledUp(name string) bool {
	marks := 0
	for _, r := range norm.NFD.String(name) {
		if !unicode.Is(unicode.M, r) {
			marks = 0
			continue
		}
		if marks++; marks > maxMarks {
			return true
		}
	}
	return false
}

// shorten cuts a name to a number of graphemes.
func shorten(name string, graphemes int) string {
	g := uniseg.NewGraphemes(name)
	end := 0
	for n := 0; n < graphemes && g.Next(); n++ {
		_, end = g.Positions()
	}
	return strings.TrimSpace(name[:end])
}

const maxDigits = 5 // more look like a telephone number or a date of birth

var (
	webAddress = regexp.MustCompile(`://|\bwww\.|[\pL\pN_-]{2,}\.\pL{2,}`)
	fullStops  = strings.NewReplacer("。", ".", "․", ".", "｡", ".", "․", ".", "﹒", ".")
)

// personal says whether a name looks like a way to reach somebody.
func personal(name string) bool {
	name = fullStops.Replace(strings.ToLower(name))
	return strings.ContainsAny(name, "@＠﹫") || webAddress.MatchString(name) || dialable(name)
}

// dialable counts digits that a reader would take as one number.
func dialable(name string) bool {
	digits := 0
	for _, r := range name {
		switch {
		case unicode.IsDigit(r):
			if digits++; digits > maxDigits {
				return true
			}
		case unicode.IsLetter(r):
			digits = 0
		}
	}
	return false
}
