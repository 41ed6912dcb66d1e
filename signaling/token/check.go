package token

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// bounded tells whether every claim is within its bounds. Times are checked
// elsewhere.
func (c Claims) bounded() bool {
	return c.identified() && c.grouped() && c.described() &&
		ValidRole(c.Role) &&
		c.Cap >= 0 && c.Cap <= MaxCap &&
		c.Seat >= NoSeat && c.Seat < MaxSeats
}

func (c Claims) identified() bool {
	return ValidRoom(c.Room) && opaque(c.Subject, MaxSubject) && (c.ID == "" || opaque(c.ID, MaxID))
}

// grouped tells whether group and roster agree. A closed group's patient
// brings the roster along; staff need none.
func (c Claims) grouped() bool {
	if len(c.Roster) > MaxRoster || !eachOpaque(c.Roster) || repeated(c.Roster) {
		return false
	}
	switch c.Group {
	case GroupOpen:
		return len(c.Roster) == 0
	case GroupClosed:
		return c.Role != RolePatient || len(c.Roster) > 0
	}
	return false
}

func (c Claims) described() bool {
	return printable(c.Ref, MaxRef) && printable(c.Name, MaxName) &&
		(c.Policy == "" || identifier(c.Policy, MaxPolicy))
}

// ValidRole tells whether an invitation can give the role.
func ValidRole(role string) bool {
	return slices.Contains([]string{RolePatient, RoleFacilitator, RoleSupport, RoleHost}, role)
}

// ValidRoom tells whether a room id has the syntax of one: 1-64 characters of
// A-Z, a-z, 0-9, underscore and hyphen.
func ValidRoom(id string) bool { return identifier(id, MaxRoom) }

// identifier tells whether s is 1 to limit characters that need no quoting in
// a URL, a Redis key or a file name.
func identifier(s string, limit int) bool {
	if s == "" || len(s) > limit {
		return false
	}
	for i := range len(s) {
		if !strings.ContainsRune("-_", rune(s[i])) && !alphanumeric(s[i]) {
			return false
		}
	}
	return true
}

func alphanumeric(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// opaque tells whether s is 1 to limit visible ASCII characters without a space.
func opaque(s string, limit int) bool {
	if s == "" || len(s) > limit {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func eachOpaque(list []string) bool {
	return !slices.ContainsFunc(list, func(s string) bool { return !opaque(s, MaxSubject) })
}

func repeated(list []string) bool {
	sorted := slices.Sorted(slices.Values(list))
	return len(slices.Compact(sorted)) != len(list)
}

// printable tells whether s is at most limit characters that one can see, or a
// plain space: no control, bidi or zero-width characters, no U+FFFD.
func printable(s string, limit int) bool {
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > limit {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError })
}

// window holds what bounds the time of a token.
type window struct {
	leeway  time.Duration // how far clocks may differ
	longest time.Duration // for which a token may be open
}

// open decides about the times of a genuine token. Lifetime comes first: a
// token that should never have been minted is invalid, not early.
func (w window) open(c Claims, now time.Time) error {
	start := c.NotBefore
	if start.IsZero() {
		start = c.Issued
	}
	if start.IsZero() {
		start = now
	}
	switch {
	case c.Expires.Sub(start) > w.longest+w.leeway,
		!c.NotBefore.IsZero() && !c.NotBefore.Before(c.Expires),
		c.Issued.After(now.Add(w.leeway)):
		return invalid(reasonLifetime)
	case !now.Before(c.Expires.Add(w.leeway)):
		return refusal{ErrExpired, reasonExpired}
	case now.Add(w.leeway).Before(c.NotBefore):
		return refusal{ErrEarly, reasonEarly}
	}
	return nil
}
