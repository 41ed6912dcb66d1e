package token

import (
	"bytes"
	"fmt"
	"strings"
)

// MinSecret is the least length of a shared secret, in bytes: as long as the
// hash of HS256 (RFC 7518 section 3.2).
const MinSecret = 32

// minDistinct is how many different bytes a secret must have. 32 random hex
// digits have fewer than 8 about once in a hundred thousand times.
const minDistinct = 8

// examples are secrets, or beginnings of secrets, that stand in manuals and
// on token web sites. They are compared without regard to case.
var examples = []string{
	"a-string-secret-at-least-256-bits-long",
	"a-valid-string-secret-that-is-at-least-512-bits-long",
	"your-256-bit-secret",
	"your-384-bit-secret",
	"your-512-bit-secret",
	"your_jwt_secret",
	"your-secret",
	"your_secret",
	"secret",
	"supersecret",
	"super-secret",
	"mysecret",
	"my-secret",
	"change-me",
	"change_me",
	"changeme",
	"change-this",
	"changethis",
	"replace-me",
	"replace_me",
	"replaceme",
	"replace-this",
	"example",
	"insecure",
	"password",
	"passw0rd",
	"development",
	"dev-secret",
	"test-secret",
	"hearth",
	"0123456789",
	"1234567890",
	"abcdefghij",
	"qwertyuiop",
}

// CheckSecret refuses a shared secret that is shorter than MinSecret, known
// from a manual, or plainly not random. The error wraps ErrWeakSecret and says
// what is wrong with it, never what it is.
func CheckSecret(secret []byte) error {
	switch {
	case len(secret) < MinSecret:
		return fmt.Errorf("%w: it has %d bytes and needs at least %d", ErrWeakSecret, len(secret), MinSecret)
	case example(secret):
		return fmt.Errorf("%w: it is an example from a manual", ErrWeakSecret)
	case distinct(secret) < minDistinct, periodic(secret):
		return fmt.Errorf("%w: it is not random", ErrWeakSecret)
	}
	return nil
}

func example(secret []byte) bool {
	s := strings.ToLower(string(secret))
	for _, e := range examples {
		if strings.HasPrefix(s, e) {
			return true
		}
	}
	return false
}

func distinct(secret []byte) int {
	var seen [256]bool
	n := 0
	for _, b := range secret {
		if !seen[b] {
			seen[b] = true
			n++
		}
	}
	return n
}

// periodic tells whether the secret is a shorter text written again and again.
func periodic(secret []byte) bool {
	for p := 1; p <= len(secret)/2; p++ {
		if bytes.Equal(secret[p:], secret[:len(secret)-p]) {
			return true
		}
	}
	return false
}
