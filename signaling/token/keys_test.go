package token

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// The published example keys of RFC 8037 appendix A and RFC 7515 appendix A.3,
// so that anybody can rebuild the vectors.
const (
	rfcEdSeed       = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
	rfcEdThumbprint = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
	rfcECx          = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
	rfcECy          = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
	rfcECd          = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"

	testSecret   = "vYq3kd8Zr0WmT5nXc7LhB2gQeUs9JfAo" // 32 bytes, of the vectors only
	testIssuer   = "clinic"
	testAudience = "hearth"
	edKid        = "clinic-ed"
	ecKid        = "clinic-ec"
)

// testNow is when the vectors are checked.
var testNow = time.Date(2030, 1, 15, 18, 0, 0, 0, time.UTC)

func raw(s string) []byte {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func edPrivate() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(raw(rfcEdSeed)) }

func edPublic() ed25519.PublicKey { return edPrivate().Public().(ed25519.PublicKey) }

func ecPrivate() *ecdsa.PrivateKey {
	return must(ecdsa.ParseRawPrivateKey(elliptic.P256(), raw(rfcECd)))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func testKeys() []Key {
	return []Key{
		must(EdDSAKey(edKid, edPublic())),
		must(ES256Key(ecKid, &ecPrivate().PublicKey)),
		must(HS256Key(SharedKeyID, []byte(testSecret))),
	}
}

func testConfig() Config {
	return Config{Issuer: testIssuer, Audience: testAudience, Keys: testKeys(), Now: func() time.Time { return testNow }}
}

func testVerifier(t testing.TB) *Verifier {
	t.Helper()
	v, err := NewVerifier(testConfig())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.Close)
	return v
}

// claimSet is a payload that is accepted at testNow, for tests to spoil.
func claimSet() map[string]any {
	return map[string]any{
		"iss": testIssuer, "aud": testAudience, "sub": "p-7f3a", "room": "tuesday-4",
		"role": RolePatient, "exp": testNow.Add(3 * time.Hour).Unix(),
	}
}

func with(pairs ...any) map[string]any {
	m := claimSet()
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1]
	}
	return m
}

func without(key string) map[string]any {
	m := claimSet()
	delete(m, key)
	return m
}

func encode(v any) string {
	b, ok := v.([]byte)
	if !ok {
		b = must(json.Marshal(v))
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// sign makes a token of any header and payload (bytes or something to marshal).
func sign(method jwt.SigningMethod, key, header, payload any) string {
	text := encode(header) + "." + encode(payload)
	return text + "." + base64.RawURLEncoding.EncodeToString(must(method.Sign(text, key)))
}

func header(alg, kid string) map[string]any {
	return map[string]any{"alg": alg, "kid": kid, "typ": "JWT"}
}

func signEd(payload any) string {
	return sign(jwt.SigningMethodEdDSA, edPrivate(), header("EdDSA", edKid), payload)
}

func signEC(payload any) string {
	return sign(jwt.SigningMethodES256, ecPrivate(), header("ES256", ecKid), payload)
}

func signHS(payload any) string {
	return sign(jwt.SigningMethodHS256, []byte(testSecret), header("HS256", SharedKeyID), payload)
}
