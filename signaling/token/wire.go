package token

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// maxDate is the end of the year 9999, after which dates lose their meaning.
const maxDate = 253402300799

// reader takes typed claims out of an object and remembers the first failure.
type reader struct {
	object
	failed bool
}

// readClaims turns the payload of a token whose signature holds into claims.
// It returns false when a claim that must be there is not, or when a known
// claim has another type than it should. Unknown claims are ignored. The
// audience is left to the caller, because a token may list several.
func readClaims(payload []byte) (c Claims, audience []string, ok bool) {
	o, err := decodeObject(payload)
	if err != nil {
		return Claims{}, nil, false
	}
	r := reader{object: o}
	for _, key := range []string{"iss", "aud", "sub", "room", "role", "exp"} {
		r.failed = r.failed || !o.has(key)
	}
	c = Claims{
		Issuer: r.string("iss"), Subject: r.string("sub"), Room: r.string("room"), Role: r.string("role"),
		Group: r.string("group"), Roster: r.strings("roster"), Cap: r.integer("cap", 0),
		Name: r.string("name"), Ref: r.string("ref"), Seat: r.integer("seat", NoSeat), First: r.bool("first"), Last: r.bool("last"),
		Policy: r.string("policy"), ID: r.string("jti"),
		NotBefore: r.date("nbf"), Issued: r.date("iat"), Expires: r.date("exp"),
	}
	r.explicit(c)
	audience = r.audience()
	if !o.has("group") {
		c.Group = GroupOpen
	}
	return c, audience, !r.failed
}

// explicit refuses the values that stand for "not given" when they are given.
func (r *reader) explicit(c Claims) {
	if r.has("cap") && c.Cap == 0 || r.has("seat") && c.Seat == NoSeat || r.has("jti") && c.ID == "" {
		r.failed = true
	}
}

func (r *reader) string(key string) string {
	s, ok := r.text(key)
	r.failed = r.failed || !ok
	return s
}

func (r *reader) bool(key string) bool {
	var b bool
	r.value(key, &b)
	return b
}

func (r *reader) strings(key string) []string {
	var elements []json.RawMessage
	r.value(key, &elements)
	if len(elements) > MaxRoster {
		r.failed = true
		return nil
	}
	var list []string
	for _, e := range elements {
		s, ok := object{key: e}.text(key)
		r.failed = r.failed || !ok
		list = append(list, s)
	}
	return list
}

// audience reads aud, which may be one string or an array (RFC 7519 4.1.3).
func (r *reader) audience() []string {
	if s, ok := r.text("aud"); ok {
		return []string{s}
	}
	list := r.strings("aud")
	if len(list) > maxAudience {
		r.failed = true
	}
	return list
}

// value decodes a claim that is there.
func (r *reader) value(key string, into any) {
	raw, there := r.object[key]
	if !there {
		return
	}
	if null(raw) || json.Unmarshal(raw, into) != nil {
		r.failed = true
	}
}

func (r *reader) integer(key string, absent int) int {
	n := absent
	r.value(key, &n)
	return n
}

// date reads a NumericDate: seconds since 1970, whole or not. The fraction is
// dropped.
func (r *reader) date(key string) time.Time {
	if !r.has(key) {
		return time.Time{}
	}
	seconds, err := strconv.ParseFloat(string(r.object[key]), 64)
	if err != nil || !(seconds >= 0 && seconds <= maxDate) {
		r.failed = true
		return time.Time{}
	}
	return time.Unix(int64(math.Floor(seconds)), 0).UTC()
}

// mapClaims is the payload of a new token. What has its default is left out.
func mapClaims(c Claims) jwt.MapClaims {
	m := jwt.MapClaims{
		"iss": c.Issuer, "aud": c.Audience, "sub": c.Subject, "room": c.Room, "role": c.Role,
		"exp": c.Expires.Unix(),
	}
	optional(m, "group", c.Group, c.Group != GroupOpen)
	optional(m, "roster", slices.Clone(c.Roster), len(c.Roster) > 0)
	optional(m, "cap", c.Cap, c.Cap != 0)
	optional(m, "name", c.Name, c.Name != "")
	optional(m, "ref", c.Ref, c.Ref != "")
	optional(m, "seat", c.Seat, c.Seat != NoSeat)
	optional(m, "first", true, c.First)
	optional(m, "last", true, c.Last)
	optional(m, "policy", c.Policy, c.Policy != "")
	optional(m, "jti", c.ID, c.ID != "")
	optional(m, "nbf", c.NotBefore.Unix(), !c.NotBefore.IsZero())
	optional(m, "iat", c.Issued.Unix(), !c.Issued.IsZero())
	return m
}

func optional(m jwt.MapClaims, key string, value any, given bool) {
	if given {
		m[key] = value
	}
}
