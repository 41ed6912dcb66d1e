package token

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestVerifyAcceptsEachKind(t *testing.T) {
	v := testVerifier(t)
	for name, raw := range map[string]string{
		"EdDSA": signEd(claimSet()), "ES256": signEC(claimSet()), "HS256": signHS(claimSet()),
	} {
		c, err := v.Verify(t.Context(), raw)
		if err != nil {
			t.Errorf("%s: %v (%s)", name, err, Reason(err))
		}
		want := Claims{Issuer: testIssuer, Audience: testAudience, Subject: "p-7f3a", Room: "tuesday-4",
			Role: RolePatient, Group: GroupOpen, Seat: NoSeat, Expires: testNow.Add(3 * time.Hour)}
		if !reflect.DeepEqual(c, want) {
			t.Errorf("%s: claims %#v, want %#v", name, c, want)
		}
	}
}

func TestVerifyReadsEveryClaim(t *testing.T) {
	payload := with("nbf", testNow.Add(-time.Minute).Unix(), "iat", testNow.Add(-72*time.Hour).Unix(), "jti", "inv-1",
		"group", "closed", "roster", []string{"p-7f3a", "p-2"}, "cap", 8, "name", "Maple", "ref", "G7-3 ü",
		"seat", 0, "first", true, "last", true, "policy", "dbt-2", "aud", []string{"other", testAudience},
		"unknown", map[string]any{"deep": []int{1}})
	got, err := testVerifier(t).Verify(t.Context(), signEd(payload))
	if err != nil {
		t.Fatal(err, Reason(err))
	}
	want := Claims{Issuer: testIssuer, Audience: testAudience, Subject: "p-7f3a", Room: "tuesday-4", Role: RolePatient,
		Group: GroupClosed, Roster: []string{"p-7f3a", "p-2"}, Cap: 8, Name: "Maple", Ref: "G7-3 ü", Seat: 0, First: true, Last: true,
		Policy: "dbt-2", ID: "inv-1", NotBefore: testNow.Add(-time.Minute), Issued: testNow.Add(-72 * time.Hour),
		Expires: testNow.Add(3 * time.Hour)}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("claims\n%#v\nwant\n%#v", got, want)
	}
}

func TestVerifyIgnoresWhitespaceAndOrder(t *testing.T) {
	payload := fmt.Sprintf("{ \"exp\" : %d.5 ,\n\"role\":\t\"support\", \"room\": \"R\" , \"sub\":\"s\",\"iss\":\"clinic\",\"aud\":[\"hearth\"]}\n",
		testNow.Unix()+60)
	c, err := testVerifier(t).Verify(t.Context(), signEd([]byte(payload)))
	if err != nil || c.Role != RoleSupport || !c.Expires.Equal(testNow.Add(time.Minute)) {
		t.Errorf("%+v %v %s", c, err, Reason(err))
	}
}

// The time of a token, with the default leeway of 30 s and lifetime of 24 h.
func TestVerifyTimes(t *testing.T) {
	at := func(d time.Duration) int64 { return testNow.Add(d).Unix() }
	for _, tc := range []struct {
		name          string
		exp, nbf, iat any
		want          error
		reason        string
	}{
		{"open", at(time.Hour), nil, nil, nil, ""},
		{"just over, within the leeway", at(-29 * time.Second), nil, nil, nil, ""},
		{"over", at(-30 * time.Second), nil, nil, ErrExpired, reasonExpired},
		{"long over", at(-1000 * time.Hour), nil, at(-1001 * time.Hour), ErrExpired, reasonExpired},
		{"early within the leeway", at(time.Hour), at(30 * time.Second), nil, nil, ""},
		{"early", at(time.Hour), at(31 * time.Second), nil, ErrEarly, reasonEarly},
		{"next week, for a day", at(169 * time.Hour), at(168 * time.Hour), at(-time.Hour), ErrEarly, reasonEarly},
		{"a day", at(24 * time.Hour), nil, nil, nil, ""},
		{"far exp from now", at(25 * time.Hour), nil, nil, ErrInvalid, reasonLifetime},
		{"far exp from iat", at(23 * time.Hour), nil, at(-2 * time.Hour), ErrInvalid, reasonLifetime},
		{"far exp from nbf", at(23 * time.Hour), at(-2 * time.Hour), at(-time.Hour), ErrInvalid, reasonLifetime},
		{"endless", int64(maxDate), nil, nil, ErrInvalid, reasonLifetime},
		{"over before it begins", at(time.Hour), at(2 * time.Hour), nil, ErrInvalid, reasonLifetime},
		{"issued in the future", at(2 * time.Hour), nil, at(time.Hour), ErrInvalid, reasonLifetime},
		{"over and never allowed", at(-time.Hour), nil, at(-100 * time.Hour), ErrInvalid, reasonLifetime},
	} {
		payload := with("exp", tc.exp)
		if tc.nbf != nil {
			payload["nbf"] = tc.nbf
		}
		if tc.iat != nil {
			payload["iat"] = tc.iat
		}
		_, err := testVerifier(t).Verify(t.Context(), signEd(payload))
		if !errors.Is(err, tc.want) || Reason(err) != tc.reason {
			t.Errorf("%s: %v %q, want %v %q", tc.name, err, Reason(err), tc.want, tc.reason)
		}
	}
}

// Expiry and earliness are told only to holders of genuine tokens for us.
func TestTimeIsNotToldToForgers(t *testing.T) {
	expired := signEd(with("exp", testNow.Add(-time.Hour).Unix()))
	for name, raw := range map[string]string{
		"bad signature":  expired[:len(expired)-4] + "AAAA",
		"other audience": signEd(with("exp", testNow.Add(-time.Hour).Unix(), "aud", "else")),
		"other issuer":   signEd(with("exp", testNow.Add(-time.Hour).Unix(), "iss", "else")),
		"bad role":       signEd(with("exp", testNow.Add(-time.Hour).Unix(), "role", "owner")),
	} {
		if _, err := testVerifier(t).Verify(t.Context(), raw); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRetiredKey(t *testing.T) {
	cfg := testConfig()
	now := testNow
	cfg.Now = func() time.Time { return now }
	cfg.Keys[0].Until = testNow.Add(time.Minute)
	v, err := NewVerifier(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Verify(t.Context(), signEd(claimSet())); err != nil {
		t.Errorf("before its end: %v", err)
	}
	now = now.Add(time.Minute)
	if _, err := v.Verify(t.Context(), signEd(claimSet())); Reason(err) != reasonKey {
		t.Errorf("after its end: %v %q", err, Reason(err))
	}
}

func TestNewVerifierRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*Config){
		"no issuer":     func(c *Config) { c.Issuer = "" },
		"no audience":   func(c *Config) { c.Audience = "" },
		"no key":        func(c *Config) { c.Keys = nil },
		"empty key":     func(c *Config) { c.Keys = []Key{{ID: "x"}} },
		"same key id":   func(c *Config) { c.Keys = append(c.Keys, c.Keys[0]) },
		"plain http":    func(c *Config) { c.JWKS = "http://clinic.example/jwks" },
		"file":          func(c *Config) { c.JWKS = "file:///etc/keys" },
		"no host":       func(c *Config) { c.JWKS = "https:///jwks" },
		"user in a URL": func(c *Config) { c.JWKS = "https://me:pw@clinic.example/jwks" },
	} {
		cfg := testConfig()
		spoil(&cfg)
		if _, err := NewVerifier(cfg); !errors.Is(err, ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Nothing of a token may reach an error or a log text.
func TestErrorsAndTextsSayNothing(t *testing.T) {
	c, err := testVerifier(t).Verify(t.Context(), signEd(claimSet()))
	if err != nil {
		t.Fatal(err)
	}
	texts := fmt.Sprint(c, c.LogValue(), testKeys(), fmt.Sprintf("%v %+v %#v", testKeys()[2], testKeys()[2], testKeys()[2]))
	_, err = testVerifier(t).Verify(t.Context(), signEd(with("role", "owner")))
	texts += err.Error()
	for _, secret := range []string{"p-7f3a", "tuesday-4", testSecret, "owner"} {
		if strings.Contains(texts, secret) {
			t.Errorf("a text contains %q", secret)
		}
	}
}

func TestReasonIsOfAFixedSet(t *testing.T) {
	if Reason(nil) != "" || Reason(errors.New("x")) != reasonOther {
		t.Error("reason of nil or of a foreign error")
	}
	if !slices.Contains(Reasons(), Reason(fmt.Errorf("wrapped: %w", invalid(reasonKey)))) {
		t.Error("reason of a wrapped refusal")
	}
}

func TestRefusalsAreCounted(t *testing.T) {
	v := testVerifier(t)
	want := map[string]uint64{}
	for _, reason := range Reasons() {
		want[reason] = 0
	}
	for _, tc := range hostile() {
		v.Verify(t.Context(), tc[0])
		want[tc[1]]++
	}
	v.Verify(t.Context(), signEd(claimSet()))
	if got := v.Refused(); !reflect.DeepEqual(got, want) {
		t.Errorf("refused %v, want %v", got, want)
	}
}
