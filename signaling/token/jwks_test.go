package token

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

func edJWK(kid string) string {
	return fmt.Sprintf(`{"kty":"OKP","crv":"Ed25519","kid":%q,"use":"sig","alg":"EdDSA","x":%q}`,
		kid, base64.RawURLEncoding.EncodeToString(edPublic()))
}

func ecJWK(kid string) string {
	return fmt.Sprintf(`{"kty":"EC","crv":"P-256","kid":%q,"x":%q,"y":%q}`, kid, rfcECx, rfcECy)
}

// keySet is a clinic's key set endpoint on loopback.
type keySet struct {
	*httptest.Server
	body   atomic.Pointer[string]
	status atomic.Int64
	reads  atomic.Int64
}

func newKeySet(t *testing.T, keys ...string) *keySet {
	s := &keySet{}
	s.set(keys...)
	s.status.Store(http.StatusOK)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		s.reads.Add(1)
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(int(s.status.Load()))
		fmt.Fprint(w, *s.body.Load())
	}))
	t.Cleanup(s.Server.Close)
	return s
}

func (s *keySet) set(keys ...string) {
	body := `{"keys":[` + strings.Join(keys, ",") + `]}`
	s.body.Store(&body)
}

func jwksVerifier(t *testing.T, url string, every time.Duration) *Verifier {
	t.Helper()
	cfg := testConfig()
	cfg.Keys, cfg.JWKS, cfg.JWKSRefresh = nil, url, every
	v, err := NewVerifier(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.Close)
	return v
}

func TestJWKS(t *testing.T) {
	rsaKey := `{"kty":"RSA","kid":"r","n":"AQAB","e":"AQAB"}`
	enc := strings.Replace(edJWK("enc"), `"sig"`, `"enc"`, 1)
	oct := `{"kty":"oct","kid":"shared","k":"` + base64.RawURLEncoding.EncodeToString([]byte(testSecret)) + `"}`
	v := jwksVerifier(t, newKeySet(t, rsaKey, edJWK(edKid), enc, oct, ecJWK(ecKid)).URL, 0)
	for name, raw := range map[string]string{"EdDSA": signEd(claimSet()), "ES256": signEC(claimSet())} {
		if _, err := v.Verify(t.Context(), raw); err != nil {
			t.Errorf("%s: %v %q", name, err, Reason(err))
		}
	}
	for name, raw := range map[string]string{
		"RSA":           sign(jwt.SigningMethodEdDSA, edPrivate(), header("RS256", "r"), claimSet()),
		"encryption":    sign(jwt.SigningMethodEdDSA, edPrivate(), header("EdDSA", "enc"), claimSet()),
		"shared secret": signHS(claimSet()),
	} {
		if _, err := v.Verify(t.Context(), raw); Reason(err) != reasonKey {
			t.Errorf("%s: %v %q", name, err, Reason(err))
		}
	}
	swapped := sign(jwt.SigningMethodES256, ecPrivate(), header("ES256", edKid), claimSet())
	if _, err := v.Verify(t.Context(), swapped); Reason(err) != reasonAlgorithm {
		t.Errorf("swapped algorithm: %v %q", err, Reason(err))
	}
}

// An unknown kid causes one reading; a thousand cause no more for a while.
func TestJWKSUnknownKeysAreBounded(t *testing.T) {
	set := newKeySet(t, ecJWK(ecKid))
	v := jwksVerifier(t, set.URL, 0)
	v.remote.mu.Lock()
	v.remote.last = time.Now().Add(-jwksPause)
	v.remote.mu.Unlock()
	set.set(ecJWK(ecKid), edJWK(edKid))
	if _, err := v.Verify(t.Context(), signEd(claimSet())); err != nil {
		t.Errorf("a new key was not found: %v", err)
	}
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			raw := sign(jwt.SigningMethodEdDSA, edPrivate(), header("EdDSA", fmt.Sprint("k", i)), claimSet())
			if _, err := v.Verify(t.Context(), raw); Reason(err) != reasonKey {
				t.Errorf("unknown key: %v", err)
			}
		})
	}
	all.Wait()
	if n := set.reads.Load(); n != 2 {
		t.Errorf("the set was read %d times, want 2", n)
	}
}

func TestJWKSRefreshAndFailure(t *testing.T) {
	set := newKeySet(t, ecJWK(ecKid))
	v := jwksVerifier(t, set.URL, 5*time.Millisecond)
	set.set(edJWK(edKid))
	waitFor(t, "the new key", func() bool { _, ok := v.remote.known(edKid); return ok })
	if _, ok := v.remote.known(ecKid); ok {
		t.Error("a withdrawn key is still accepted")
	}
	for _, status := range []int64{http.StatusInternalServerError, http.StatusFound} {
		set.status.Store(status)
		n := set.reads.Load()
		waitFor(t, "failed readings", func() bool { return set.reads.Load() > n+2 })
		if _, err := v.Verify(t.Context(), signEd(claimSet())); err != nil {
			t.Errorf("keys were lost with status %d: %v", status, err)
		}
	}
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no %s in time", what)
		}
	}
}

func TestJWKSAwayAtStart(t *testing.T) {
	set := newKeySet(t, edJWK(edKid))
	set.status.Store(http.StatusBadGateway)
	var log strings.Builder
	cfg := testConfig()
	cfg.Keys, cfg.JWKS, cfg.Logger = testKeys()[1:2], set.URL, slog.New(slog.NewTextHandler(&log, nil))
	v, err := NewVerifier(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if _, err := v.Verify(t.Context(), signEC(claimSet())); err != nil {
		t.Errorf("the local key: %v", err)
	}
	if _, err := v.Verify(t.Context(), signEd(claimSet())); Reason(err) != reasonKey {
		t.Errorf("the remote key: %v", err)
	}
	if !strings.Contains(log.String(), "cause=status") || strings.Contains(log.String(), "127.0.0.1") {
		t.Errorf("log: %s", log.String())
	}
}

// A key set that does not answer holds a caller no longer than its context,
// and Close no longer than the reading.
func TestJWKSSilent(t *testing.T) {
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	defer s.Close()
	defer close(release)
	r := &remoteKeys{url: s.URL, client: s.Client(), logger: slog.New(slog.DiscardHandler)}
	r.life, r.cancel = context.WithCancel(context.Background())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, ok := r.key(ctx, "k"); ok {
		t.Error("found a key")
	}
	r.close()
	if r.refresh(t.Context(), 0); r.reading != nil {
		t.Error("a reading began after close")
	}
}

func TestParseJWKSRefuses(t *testing.T) {
	long := `{"keys":[` + strings.Repeat(edJWK("k")+",", maxJWKSKeys) + edJWK("l") + `]}`
	for name, text := range map[string]string{
		"empty": "", "no JSON": "<html>", "no keys": `{}`, "keys of numbers": `{"keys":[1]}`,
		"no usable key":  `{"keys":[{"kty":"RSA","kid":"a"}]}`,
		"no kid":         `{"keys":[` + edJWK("") + `]}`,
		"same kid twice": `{"keys":[` + edJWK("a") + "," + ecJWK("a") + `]}`,
		"other alg":      `{"keys":[` + strings.Replace(edJWK("a"), `"EdDSA"`, `"HS256"`, 1) + `]}`,
		"off the curve":  `{"keys":[` + strings.Replace(ecJWK("a"), rfcECy, rfcECx, 1) + `]}`,
		"too many":       long,
		"too long":       `{"keys":[` + edJWK("a") + `]}` + strings.Repeat(" ", maxJWKS),
	} {
		if keys, err := parseJWKS([]byte(text)); !errors.Is(err, errSet) {
			t.Errorf("%s: %v %v", name, keys, err)
		}
	}
}
