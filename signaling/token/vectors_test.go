package token

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the test vectors anew (ES256 signatures change)")

// vectorFile is testdata/vectors.json: what any other issuer or verifier of
// Hearth tokens can be tested with (M-N1). README.md explains it.
type vectorFile struct {
	Issuer       string   `json:"issuer"`
	Audience     string   `json:"audience"`
	Now          int64    `json:"now"`
	MaxLifetime  int      `json:"max_lifetime_seconds"`
	Leeway       int      `json:"leeway_seconds"`
	SharedKeyID  string   `json:"shared_kid"`
	SharedSecret string   `json:"shared_secret"`
	Vectors      []vector `json:"vectors"`
}

type vector struct {
	Name   string         `json:"name"`
	Token  string         `json:"token"`
	Result string         `json:"result"` // valid, expired, early or invalid
	Claims map[string]any `json:"claims,omitempty"`
}

func resultOf(err error) string {
	switch {
	case err == nil:
		return "valid"
	case errors.Is(err, ErrExpired):
		return "expired"
	case errors.Is(err, ErrEarly):
		return "early"
	case errors.Is(err, ErrInvalid):
		return "invalid"
	}
	return err.Error()
}

// vectorVerifier reads keys and settings from testdata alone.
func vectorVerifier(t *testing.T, f vectorFile) *Verifier {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "keys.pem"))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := ParsePublicKeys(data)
	if err != nil {
		t.Fatal(err)
	}
	v, err := NewVerifier(Config{Issuer: f.Issuer, Audience: f.Audience,
		Keys:        append(keys, must(HS256Key(f.SharedKeyID, []byte(f.SharedSecret)))),
		MaxLifetime: time.Duration(f.MaxLifetime) * time.Second, Leeway: time.Duration(f.Leeway) * time.Second,
		Now: func() time.Time { return time.Unix(f.Now, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVectors(t *testing.T) {
	if *update {
		writeVectors(t)
	}
	data, err := os.ReadFile(filepath.Join("testdata", "vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var f vectorFile
	if err := json.Unmarshal(data, &f); err != nil {
		t.Fatal(err)
	}
	v := vectorVerifier(t, f)
	counts := map[string]int{}
	for _, vec := range f.Vectors {
		counts[vec.Result]++
		c, err := v.Verify(t.Context(), vec.Token)
		if resultOf(err) != vec.Result {
			t.Errorf("%s: %s (%s), want %s", vec.Name, resultOf(err), Reason(err), vec.Result)
		}
		if err == nil {
			wantClaims(t, vec, c)
		}
	}
	if counts["valid"] < 5 || counts["expired"] < 1 || counts["early"] < 1 || counts["invalid"] < 30 {
		t.Errorf("too few vectors: %v", counts)
	}
}

// wantClaims compares what Verify read with the claims beside the vector.
func wantClaims(t *testing.T, vec vector, c Claims) {
	t.Helper()
	want, _, ok := readClaims(must(json.Marshal(vec.Claims)))
	want.Audience = c.Audience
	if !ok || !reflect.DeepEqual(c, want) {
		t.Errorf("%s: claims %#v, want %#v", vec.Name, c, want)
	}
}

// The README shows a token of the vectors; it must stay the same one.
func TestREADMEShowsTheFirstVector(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var f vectorFile
	if err := json.Unmarshal(must(os.ReadFile(filepath.Join("testdata", "vectors.json"))), &f); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), f.Vectors[0].Token) {
		t.Error("README.md does not show the first vector's token")
	}
}

func writeVectors(t *testing.T) {
	t.Helper()
	f := vectorFile{Issuer: testIssuer, Audience: testAudience, Now: testNow.Unix(),
		MaxLifetime: int(DefaultLifetime.Seconds()), Leeway: int(DefaultLeeway.Seconds()),
		SharedKeyID: SharedKeyID, SharedSecret: testSecret, Vectors: vectors()}
	data, err := json.MarshalIndent(f, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	keys := "The published example keys of RFC 8037 appendix A and RFC 7515 appendix A.3. For tests only.\n" +
		spki(t, edPublic(), map[string]string{"Kid": edKid}) +
		spki(t, &ecPrivate().PublicKey, map[string]string{"Kid": ecKid})
	if err := errors.Join(os.MkdirAll("testdata", 0o755),
		os.WriteFile(filepath.Join("testdata", "vectors.json"), append(data, '\n'), 0o644),
		os.WriteFile(filepath.Join("testdata", "keys.pem"), []byte(keys), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func vectors() []vector {
	example := with("nbf", testNow.Add(-10*time.Minute).Unix(), "iat", testNow.Add(-48*time.Hour).Unix(),
		"jti", "9b1f6e0a", "name", "Maple", "ref", "G7-3", "first", true)
	closed := with("group", "closed", "roster", []string{"p-7f3a", "p-81c2"}, "cap", 8, "seat", 3, "policy", "dbt-2")
	staff := with("role", RoleFacilitator, "sub", "staff-2", "aud", []string{"booking", testAudience})
	list := []vector{
		{"patient, EdDSA", signEd(example), "valid", example},
		{"patient of a closed group, ES256", signEC(closed), "valid", closed},
		{"facilitator, two audiences, ES256", signEC(staff), "valid", staff},
		{"support, HS256", signHS(with("role", RoleSupport)), "valid", with("role", RoleSupport)},
		{"technical host, EdDSA", signEd(with("role", RoleHost)), "valid", with("role", RoleHost)},
		{"unknown claims are ignored", signEd(with("x", 1)), "valid", claimSet()},
		{"expired", signEd(with("exp", testNow.Add(-time.Hour).Unix())), "expired", nil},
		{"early", signEd(with("nbf", testNow.Add(time.Hour).Unix())), "early", nil},
		{"open for two days", signEd(with("exp", testNow.Add(48*time.Hour).Unix())), "invalid", nil},
		{"another issuer", signEd(with("iss", "other")), "invalid", nil},
		{"another audience", signEd(with("aud", "other")), "invalid", nil},
	}
	for _, key := range []string{"iss", "aud", "sub", "room", "role", "exp"} {
		list = append(list, vector{"without " + key, signEd(without(key)), "invalid", nil})
	}
	for _, name := range []string{"alg none", "alg of another", "HS256 with our key", "HS256 with our PEM", "no kid",
		"unknown kid", "jku", "x5u", "jwk", "crit", "header twice", "no signature", "another payload", "padding"} {
		list = append(list, vector{name, hostile()[name][0], "invalid", nil})
	}
	for _, name := range []string{"key twice", "key in capitals", "broken UTF-8", "roster of 21",
		"patient in a closed group without roster"} {
		list = append(list, vector{name, signEd(hostileClaims()[name]), "invalid", nil})
	}
	for _, key := range []string{"sub", "room", "role", "exp", "group", "cap", "seat", "first", "ref"} {
		list = append(list, vector{fmt.Sprint("wrong ", key), signEd(with(key, wrongValues[key][0])), "invalid", nil})
	}
	return list
}
