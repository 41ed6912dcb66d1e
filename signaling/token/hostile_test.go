package token

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// hostile are tokens that must be refused, with the reason counted for it.
// Unless the case is about the key, the signature is genuine.
func hostile() map[string][2]string {
	ed := func(h map[string]any, payload any) string {
		return sign(jwt.SigningMethodEdDSA, edPrivate(), h, payload)
	}
	plus := func(key string, value any) map[string]any {
		h := header("EdDSA", edKid)
		h[key] = value
		return h
	}
	good := signEd(claimSet())
	parts := strings.Split(good, ".")
	_, otherEd, _ := ed25519.GenerateKey(rand.Reader)
	otherEC, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	edPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(edPublic()))})
	none := func(alg string) string {
		return encode(header(alg, edKid)) + "." + parts[1] + "."
	}
	hs := func(kid string, key []byte) string {
		return sign(jwt.SigningMethodHS256, key, header("HS256", kid), claimSet())
	}
	return map[string][2]string{
		"empty":           {"", reasonSize},
		"a megabyte":      {strings.Repeat("A", 1<<20), reasonSize},
		"valid but large": {signEd(with("x", strings.Repeat("a", 4096))), reasonSize},
		"one segment":     {parts[0], reasonMalformed},
		"two segments":    {parts[0] + "." + parts[1], reasonMalformed},
		"four segments":   {good + ".AAAA", reasonMalformed},
		"JSON":            {`{"alg":"EdDSA"}`, reasonMalformed},
		"padding":         {good + "=", reasonMalformed},
		"line break":      {good[:50] + "\n" + good[50:], reasonMalformed},
		"space":           {" " + good, reasonMalformed},
		"loose base64":    {good[:len(good)-1] + next(good[len(good)-1]), reasonMalformed},

		"alg none":           {none("none"), reasonAlgorithm},
		"alg None":           {none("None"), reasonAlgorithm},
		"alg nOnE, signed":   {ed(header("nOnE", edKid), claimSet()), reasonAlgorithm},
		"no alg":             {ed(map[string]any{"kid": edKid}, claimSet()), reasonAlgorithm},
		"alg of a number":    {ed(plus("alg", 7), claimSet()), reasonAlgorithm},
		"alg null":           {ed(plus("alg", nil), claimSet()), reasonAlgorithm},
		"alg of another":     {ed(header("ES256", edKid), claimSet()), reasonAlgorithm},
		"alg lower case":     {ed(header("eddsa", edKid), claimSet()), reasonAlgorithm},
		"RS256":              {ed(header("RS256", edKid), claimSet()), reasonAlgorithm},
		"HS256 with our key": {hs(edKid, edPublic()), reasonAlgorithm},
		"HS256 with our PEM": {hs(edKid, edPEM), reasonAlgorithm},
		"HS256 by EC key id": {hs(ecKid, []byte(testSecret)), reasonAlgorithm},
		"HS512":              {sign(jwt.SigningMethodHS512, []byte(testSecret), header("HS512", SharedKeyID), claimSet()), reasonAlgorithm},

		"no kid":        {ed(map[string]any{"alg": "EdDSA"}, claimSet()), reasonKey},
		"empty kid":     {ed(header("EdDSA", ""), claimSet()), reasonKey},
		"kid of a list": {ed(plus("kid", []string{edKid}), claimSet()), reasonKey},
		"kid null":      {ed(plus("kid", nil), claimSet()), reasonKey},
		"unknown kid":   {ed(header("EdDSA", "other"), claimSet()), reasonKey},
		"path as kid":   {ed(header("EdDSA", "../../etc/passwd"), claimSet()), reasonKey},
		"long kid":      {ed(header("EdDSA", strings.Repeat("k", 200)), claimSet()), reasonKey},

		"jku":            {ed(plus("jku", "https://evil.example/jwks"), claimSet()), reasonHeader},
		"x5u":            {ed(plus("x5u", "https://evil.example/cert"), claimSet()), reasonHeader},
		"x5c":            {ed(plus("x5c", []string{"AAAA"}), claimSet()), reasonHeader},
		"jwk":            {ed(plus("jwk", map[string]string{"kty": "OKP"}), claimSet()), reasonHeader},
		"crit":           {ed(plus("crit", []string{"exp"}), claimSet()), reasonHeader},
		"b64":            {ed(plus("b64", false), claimSet()), reasonHeader},
		"zip":            {ed(plus("zip", "DEF"), claimSet()), reasonHeader},
		"encrypted":      {ed(plus("enc", "A256GCM"), claimSet()), reasonHeader},
		"another type":   {ed(plus("typ", "dpop+jwt"), claimSet()), reasonHeader},
		"type null":      {ed(plus("typ", nil), claimSet()), reasonHeader},
		"header twice":   {sign(jwt.SigningMethodEdDSA, edPrivate(), []byte(`{"alg":"none","alg":"EdDSA","kid":"clinic-ed"}`), claimSet()), reasonMalformed},
		"header a list":  {sign(jwt.SigningMethodEdDSA, edPrivate(), []byte(`[]`), claimSet()), reasonMalformed},
		"header null":    {sign(jwt.SigningMethodEdDSA, edPrivate(), []byte(`null`), claimSet()), reasonMalformed},
		"header ALG":     {sign(jwt.SigningMethodEdDSA, edPrivate(), []byte(`{"ALG":"EdDSA","KID":"clinic-ed"}`), claimSet()), reasonAlgorithm},
		"header trailed": {sign(jwt.SigningMethodEdDSA, edPrivate(), []byte(`{"alg":"EdDSA","kid":"clinic-ed"} {}`), claimSet()), reasonMalformed},

		"no signature":      {parts[0] + "." + parts[1] + ".", reasonSignature},
		"short signature":   {parts[0] + "." + parts[1] + ".AAAA", reasonSignature},
		"changed signature": {parts[0] + "." + parts[1] + "." + strings.Repeat("A", 86), reasonSignature},
		"another payload":   {parts[0] + "." + encode(with("role", RoleFacilitator)) + "." + parts[2], reasonSignature},
		"payload no JSON":   {parts[0] + "." + encode([]byte("{")) + "." + parts[2], reasonSignature},
		"another's EdDSA":   {sign(jwt.SigningMethodEdDSA, otherEd, header("EdDSA", edKid), claimSet()), reasonSignature},
		"another's ES256":   {sign(jwt.SigningMethodES256, otherEC, header("ES256", ecKid), claimSet()), reasonSignature},
		"ES256 of zeros":    {encode(header("ES256", ecKid)) + "." + parts[1] + "." + strings.Repeat("A", 86), reasonSignature},
		"another's HS256":   {hs(SharedKeyID, []byte(strings.ToLower(testSecret))), reasonSignature},
	}
}

func next(b byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(alphabet[strings.IndexByte(alphabet, b)+1])
}

// hostileClaims are payloads that must be refused although they are signed.
func hostileClaims() map[string]any {
	m := map[string]any{
		"not an object": []byte(`[]`), "empty": []byte(``), "null": []byte(`null`), "open": []byte(`{`),
		"trailing":         append(must(json.Marshal(claimSet())), []byte(`{}`)...),
		"trailing comma":   []byte(strings.TrimSuffix(string(must(json.Marshal(claimSet()))), "}") + `,}`),
		"key twice":        []byte(strings.Replace(string(must(json.Marshal(claimSet()))), "{", `{"role":"facilitator",`, 1)),
		"key twice hidden": []byte(strings.Replace(string(must(json.Marshal(claimSet()))), "{", `{"r\u006fle":"facilitator",`, 1)),
		"key in capitals":  []byte(strings.Replace(string(must(json.Marshal(claimSet()))), `"sub"`, `"Sub"`, 1)),
		"broken UTF-8":     []byte(strings.Replace(string(must(json.Marshal(claimSet()))), `{`, "{\"x\":\"\xff\",", 1)),
		"half a surrogate": []byte(strings.Replace(string(must(json.Marshal(claimSet()))), `{`, `{"ref":"\ud800",`, 1)),
		"deep":             []byte(strings.Repeat(`{"a":`, 500)),

		"patient in a closed group without roster": with("group", "closed"),
		"roster of an open group":                  with("roster", []string{"p-7f3a"}),
		"roster names one twice":                   with("group", "closed", "roster", []string{"a", "a"}),
		"roster of 21":                             with("group", "closed", "roster", list(21)),
		"roster with null":                         with("group", "closed", "roster", []any{"a", nil}),
	}
	for _, key := range []string{"sub", "room", "role", "exp"} {
		m["no "+key] = without(key)
	}
	for key, values := range wrongValues {
		for i, v := range values {
			m[fmt.Sprint(key, " wrong ", i)] = with(key, v)
		}
	}
	return m
}

var wrongValues = map[string][]any{
	"sub":    {"", " ", "a b", strings.Repeat("s", 129), 7, nil, []string{"a"}, "\u200b", "Renée"},
	"room":   {"", "a/b", "a b", "a:b", "{R}", "ü", strings.Repeat("r", 65), 7, nil, true},
	"role":   {"", "Patient", "owner", "patient ", 1, nil, []string{"patient"}},
	"exp":    {"2030", "1894730400", nil, true, -1, maxDate + 1, 1e300, []int{1}, map[string]int{}},
	"nbf":    {"0", nil, -1, maxDate + 1},
	"iat":    {"0", nil, -1, maxDate + 1},
	"jti":    {"", "a b", strings.Repeat("j", 65), 7, nil},
	"group":  {"", "Closed", "half", 1, nil},
	"roster": {"a", nil, map[string]int{}, []int{1}},
	"cap":    {0, -1, 16, "8", nil, 1.5, 1e20, true},
	"seat":   {-1, -2, 20, "0", nil, 0.5, true},
	"first":  {"true", 1, nil},
	"last":   {"true", 1, nil},
	"name":   {"a\nb", "a\u200bb", "\u202eevil", strings.Repeat("n", 65), 7, nil},
	"ref":    {"a\tb", "\u2066x", "\u0000", strings.Repeat("r", 65), 7, nil},
	"policy": {"a b", "ü", strings.Repeat("p", 65), 7, nil},
}

func list(n int) []string {
	var l []string
	for i := range n {
		l = append(l, fmt.Sprint("p", i))
	}
	return l
}

func TestHostileTokens(t *testing.T) {
	v := testVerifier(t)
	for name, tc := range hostile() {
		c, err := v.Verify(t.Context(), tc[0])
		if !errors.Is(err, ErrInvalid) || Reason(err) != tc[1] || c.Subject != "" {
			t.Errorf("%s: %v %q, want invalid %q", name, err, Reason(err), tc[1])
		}
		if err != nil && err.Error() != ErrInvalid.Error() {
			t.Errorf("%s: the text tells more: %q", name, err)
		}
	}
}

func TestHostileClaims(t *testing.T) {
	v := testVerifier(t)
	for name, payload := range hostileClaims() {
		_, err := v.Verify(t.Context(), signEd(payload))
		if !errors.Is(err, ErrInvalid) || Reason(err) != reasonClaims {
			t.Errorf("%s: %v %q", name, err, Reason(err))
		}
	}
	for name, tc := range map[string]struct {
		payload any
		reason  string
	}{
		"another issuer":    {with("iss", "other"), reasonIssuer},
		"issuer in a case":  {with("iss", "Clinic"), reasonIssuer},
		"no issuer":         {without("iss"), reasonClaims},
		"another audience":  {with("aud", "other"), reasonAudience},
		"other audiences":   {with("aud", []string{"a", "b"}), reasonAudience},
		"no audience":       {without("aud"), reasonClaims},
		"empty audiences":   {with("aud", []string{}), reasonAudience},
		"too many":          {with("aud", append(list(8), testAudience)), reasonClaims},
		"audience a number": {with("aud", 7), reasonClaims},
		"audience null":     {with("aud", nil), reasonClaims},
		"numbers and ours":  {with("aud", []any{7, testAudience}), reasonClaims},
	} {
		if _, err := v.Verify(t.Context(), signEd(tc.payload)); Reason(err) != tc.reason {
			t.Errorf("%s: %v %q, want %q", name, err, Reason(err), tc.reason)
		}
	}
}

// Every single changed byte of a token is noticed.
func TestEveryByteCounts(t *testing.T) {
	v := testVerifier(t)
	good := signEd(claimSet())
	for i := range len(good) {
		for _, b := range []byte{'A', 'z', '_', '.'} {
			if good[i] == b {
				continue
			}
			if _, err := v.Verify(t.Context(), good[:i]+string(b)+good[i+1:]); !errors.Is(err, ErrInvalid) {
				t.Fatalf("byte %d as %q: %v", i, b, err)
			}
		}
	}
}
