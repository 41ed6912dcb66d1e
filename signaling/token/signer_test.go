package token

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func testSigner(t testing.TB, now func() time.Time) (*Signer, *Verifier) {
	t.Helper()
	s, err := NewSigner(SignerConfig{Key: edPrivate(), Issuer: testIssuer, Audience: testAudience, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	v, err := NewVerifier(Config{Issuer: testIssuer, Audience: testAudience, Keys: []Key{s.Public()}, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return s, v
}

func TestMintedTokensVerify(t *testing.T) {
	now := testNow.Add(700 * time.Millisecond)
	s, v := testSigner(t, func() time.Time { return now })
	full := Claims{Subject: "p-7f3a", Room: "tuesday-4", Role: RolePatient, Group: GroupClosed, Roster: []string{"p-7f3a", "p-2"},
		Cap: 8, Name: "Maple", Ref: "G7-3", Seat: 0, First: true, Last: true, Policy: "dbt", ID: "inv-1",
		NotBefore: now.Add(-time.Minute).Truncate(time.Second), Expires: now.Add(time.Hour).Truncate(time.Second)}
	for name, c := range map[string]Claims{
		"new": NewClaims("R", RoleFacilitator, now.Add(24*time.Hour)), "full": full,
	} {
		raw, err := s.Mint(c)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := v.Verify(t.Context(), raw)
		if err != nil {
			t.Fatalf("%s: %v %q", name, err, Reason(err))
		}
		c.Issuer, c.Audience, c.Issued = testIssuer, testAudience, testNow
		c.Expires = c.Expires.Truncate(time.Second)
		if !reflect.DeepEqual(got, c) {
			t.Errorf("%s:\n%#v\nwant\n%#v", name, got, c)
		}
	}
}

func TestMintForLater(t *testing.T) {
	now := testNow
	s, v := testSigner(t, func() time.Time { return now })
	c := NewClaims("R", RolePatient, now.Add(7*24*time.Hour+3*time.Hour))
	c.NotBefore = now.Add(7 * 24 * time.Hour)
	raw, err := s.Mint(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Verify(t.Context(), raw); !errors.Is(err, ErrEarly) {
		t.Errorf("today: %v", err)
	}
	now = c.NotBefore
	if _, err := v.Verify(t.Context(), raw); err != nil {
		t.Errorf("next week: %v", err)
	}
	now = c.Expires.Add(DefaultLeeway)
	if _, err := v.Verify(t.Context(), raw); !errors.Is(err, ErrExpired) {
		t.Errorf("after it: %v", err)
	}
}

func TestMintRefusesWhatVerifyWould(t *testing.T) {
	s, _ := testSigner(t, func() time.Time { return testNow })
	for name, spoil := range map[string]func(*Claims){
		"room":       func(c *Claims) { c.Room = "a b" },
		"role":       func(c *Claims) { c.Role = "owner" },
		"subject":    func(c *Claims) { c.Subject = "" },
		"seat":       func(c *Claims) { c.Seat = 20 },
		"cap":        func(c *Claims) { c.Cap = 16 },
		"roster":     func(c *Claims) { c.Group = GroupClosed },
		"ref":        func(c *Claims) { c.Ref = strings.Repeat("r", 65) },
		"expired":    func(c *Claims) { c.Expires = testNow },
		"no end":     func(c *Claims) { c.Expires = time.Time{} },
		"two days":   func(c *Claims) { c.Expires = testNow.Add(48 * time.Hour) },
		"upside":     func(c *Claims) { c.NotBefore = c.Expires.Add(time.Second) },
		"over 4 KiB": func(c *Claims) { c.Group, c.Roster = GroupClosed, longRoster() },
	} {
		c := NewClaims("R", RolePatient, testNow.Add(time.Hour))
		spoil(&c)
		if raw, err := s.Mint(c); !errors.Is(err, ErrClaims) || raw != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// longRoster is within every bound of its own, and over MaxSize as a token
// because JSON doubles its quotes.
func longRoster() []string {
	l := list(MaxRoster)
	for i := range l {
		l[i] += strings.Repeat(`"`, MaxSubject-len(l[i]))
	}
	return l
}

func TestLongRosterIsBounded(t *testing.T) {
	c := NewClaims("R", RolePatient, testNow)
	c.Group, c.Roster = GroupClosed, longRoster()
	if !c.bounded() {
		t.Error("the roster is refused for another reason than its size")
	}
}

func TestTokensDiffer(t *testing.T) {
	s, _ := testSigner(t, func() time.Time { return testNow })
	c := NewClaims("R", RolePatient, testNow.Add(time.Hour))
	c.ID = ""
	a, b := must(s.Mint(c)), must(s.Mint(c))
	if a == b {
		t.Error("two invitations without an ID are the same")
	}
}

func TestNewSignerRefuses(t *testing.T) {
	for name, cfg := range map[string]SignerConfig{
		"no key":      {Issuer: "i", Audience: "a"},
		"no issuer":   {Key: edPrivate(), Audience: "a"},
		"no audience": {Key: edPrivate(), Issuer: "i"},
	} {
		if _, err := NewSigner(cfg); !errors.Is(err, ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
