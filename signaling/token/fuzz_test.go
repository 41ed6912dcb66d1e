package token

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
)

// FuzzVerify asks a Verifier about anything at all. Without the private keys
// nothing but the seeds' own payloads may ever be accepted.
func FuzzVerify(f *testing.F) {
	genuine := []string{signEd(claimSet()), signEC(claimSet()), signHS(claimSet())}
	for _, raw := range genuine {
		f.Add(raw)
	}
	for _, tc := range hostile() {
		if len(tc[0]) <= 2*MaxSize {
			f.Add(tc[0])
		}
	}
	v := testVerifier(f)
	f.Fuzz(func(t *testing.T, raw string) {
		c, err := v.Verify(t.Context(), raw)
		if err == nil && !slices.Contains(genuine, raw) {
			// An ECDSA signature has a second form for the same content.
			p, _ := split(raw)
			if alg, _ := p.header.text("alg"); alg != "ES256" || c.Subject != "p-7f3a" || c.Role != RolePatient {
				t.Errorf("accepted a token nobody signed: %q", raw)
			}
		}
		if err != nil && !errors.Is(err, ErrInvalid) && !errors.Is(err, ErrExpired) && !errors.Is(err, ErrEarly) {
			t.Errorf("not a sentinel: %v", err)
		}
		if !slices.Contains(append(Reasons(), ""), Reason(err)) {
			t.Errorf("reason %q", Reason(err))
		}
	})
}

// FuzzClaims signs any payload: what is accepted is within the bounds, and
// minting it again gives the same claims.
func FuzzClaims(f *testing.F) {
	f.Add(must(json.Marshal(claimSet())))
	for _, p := range hostileClaims() {
		if b, ok := p.([]byte); ok {
			f.Add(b)
			continue
		}
		f.Add(must(json.Marshal(p)))
	}
	v := testVerifier(f)
	f.Fuzz(func(t *testing.T, payload []byte) {
		c, err := v.Verify(t.Context(), signHS(payload))
		if err != nil {
			return
		}
		if !json.Valid(payload) || !c.bounded() || !c.Expires.After(testNow.Add(-DefaultLeeway)) ||
			c.Expires.After(testNow.Add(DefaultLifetime+2*DefaultLeeway)) {
			t.Fatalf("accepted %q as %#v", payload, c)
		}
		again, _, ok := readClaims(must(json.Marshal(mapClaims(c))))
		again.Audience = c.Audience
		if !ok || !again.equal(c) {
			t.Fatalf("minted again: %#v, was %#v", again, c)
		}
	})
}

func (c Claims) equal(d Claims) bool {
	rest := func(c Claims) string {
		c.Roster = nil
		return string(must(json.Marshal(c)))
	}
	return slices.Equal(c.Roster, d.Roster) && rest(c) == rest(d)
}

func BenchmarkVerify(b *testing.B) {
	v := testVerifier(b)
	for name, raw := range map[string]string{
		"EdDSA": signEd(claimSet()), "ES256": signEC(claimSet()), "HS256": signHS(claimSet()),
		"refused unsigned": signEd(claimSet())[:100], "refused signature": signHS(claimSet())[:200] + "A",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				v.Verify(b.Context(), raw)
			}
		})
	}
}
