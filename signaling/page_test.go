package signaling

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// ask serves one request without a network; header is pairs of key and value.
func (h *house) ask(method, path string, header ...string) *http.Response {
	h.t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.sig.Handler().ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, resp *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestEveryAnswerIsStrict(t *testing.T) {
	h := open(t, nil)
	for _, path := range []string{"/", "/main.js", "/config.json", "/robots.txt", "/nothing", "/ws"} {
		resp := h.ask("GET", path)
		for key, want := range map[string]string{
			"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
			"X-Robots-Tag": "noindex, nofollow", "Set-Cookie": "", "Server": "", "Strict-Transport-Security": "",
		} {
			if got := resp.Header.Get(key); got != want {
				t.Errorf("%s: %s is %q, want %q", path, key, got, want)
			}
		}
		policy := resp.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "connect-src 'self'",
			"require-trusted-types-for 'script'", "base-uri 'none'", "form-action 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy lacks %q", path, want)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") || strings.Contains(policy, "*") {
			t.Errorf("%s: the policy is loose: %s", path, policy)
		}
		if p := resp.Header.Get("Permissions-Policy"); !strings.Contains(p, "display-capture=()") || !strings.Contains(p, "camera=(self)") {
			t.Errorf("%s: permissions are %q", path, p)
		}
	}
}

// The one inline script is allowed by its hash, and by nothing else.
func TestImportMapIsAllowedByHash(t *testing.T) {
	h := open(t, nil)
	resp := h.ask("GET", "/")
	inline := regexp.MustCompile(`(?s)<script type="importmap">(.*?)</script>`).FindStringSubmatch(body(t, resp))[1]
	sum := sha256.Sum256([]byte(inline))
	want := "script-src 'self' 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "';"
	if p := resp.Header.Get("Content-Security-Policy"); !strings.Contains(p, want) {
		t.Errorf("policy %q lacks %q", p, want)
	}
}

func TestFiles(t *testing.T) {
	h := open(t, nil)
	for _, c := range []struct {
		method, path string
		status       int
		cache, media string
	}{
		{"GET", "/", 200, "no-store", "text/html; charset=utf-8"},
		{"HEAD", "/", 200, "no-store", "text/html; charset=utf-8"},
		{"GET", "/main.js", 200, "no-cache", "text/javascript; charset=utf-8"},
		{"GET", "/style.css", 200, "no-cache", "text/css; charset=utf-8"},
		{"GET", "/config.json", 200, "no-store", "application/json"},
		{"GET", "/robots.txt", 200, "no-cache", "text/plain; charset=utf-8"},
		{"GET", "/index.html", 404, "no-store", "text/plain; charset=utf-8"},
		{"GET", "/notes.md", 404, "no-store", "text/plain; charset=utf-8"},
		{"GET", "/rooms/blue", 404, "no-store", "text/plain; charset=utf-8"},
		{"POST", "/", 405, "no-store", "text/plain; charset=utf-8"},
		{"POST", "/config.json", 404, "no-store", "text/plain; charset=utf-8"},
		{"GET", "/ws", 403, "no-store", "text/plain; charset=utf-8"},
	} {
		resp := h.ask(c.method, c.path)
		if resp.StatusCode != c.status || resp.Header.Get("Cache-Control") != c.cache || resp.Header.Get("Content-Type") != c.media {
			t.Errorf("%s %s: %d, %q, %q", c.method, c.path, resp.StatusCode,
				resp.Header.Get("Cache-Control"), resp.Header.Get("Content-Type"))
		}
	}
	if b := body(t, h.ask("GET", "/nothing")); b != "Not Found\n" {
		t.Errorf("not found says %q", b)
	}
}

func TestAssetsAreRevalidated(t *testing.T) {
	h := open(t, nil)
	etag := h.ask("GET", "/main.js").Header.Get("ETag")
	if etag == "" {
		t.Fatal("no ETag")
	}
	for header, want := range map[string]int{etag: 304, "W/" + etag: 304, `"x", ` + etag: 304, `"x"`: 200, "": 200} {
		if resp := h.ask("GET", "/main.js", "If-None-Match", header); resp.StatusCode != want {
			t.Errorf("If-None-Match %s: %d, want %d", header, resp.StatusCode, want)
		}
	}
	if h.ask("GET", "/").Header.Get("ETag") != "" {
		t.Error("the page has an ETag though it is never stored")
	}
}

func TestAssetsArePacked(t *testing.T) {
	h := open(t, nil)
	for header, packed := range map[string]bool{"gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "br": false, "": false} {
		resp := h.ask("GET", "/main.js", "Accept-Encoding", header)
		if got := resp.Header.Get("Content-Encoding") == "gzip"; got != packed {
			t.Errorf("Accept-Encoding %q: packed %v", header, got)
		}
		var r io.Reader = resp.Body
		if packed {
			z, err := gzip.NewReader(r)
			if err != nil {
				t.Fatal(err)
			}
			r = z
		}
		if b, _ := io.ReadAll(r); !bytes.Equal(b, testPage["main.js"].Data) {
			t.Errorf("Accept-Encoding %q: another file", header)
		}
	}
}

func TestConfigJSON(t *testing.T) {
	h := open(t, nil)
	var got map[string]any
	if err := json.Unmarshal([]byte(body(t, h.ask("GET", "/config.json"))), &got); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"title": "Meeting", "rules_version": "rules-1", "crisis": "Call 112",
		"contact": "Reception", "exit": "https://weather.example"} {
		if got[key] != want {
			t.Errorf("%s is %v, want %q", key, got[key], want)
		}
	}
	if got["attendance"] != false {
		t.Errorf("attendance is %v", got["attendance"])
	}
}

// Over TLS the browser is told to stay there.
func TestStrictTransport(t *testing.T) {
	h := open(t, func(c *Config) { c.PublicURL = "https://room.example" })
	if got := h.ask("GET", "/").Header.Get("Strict-Transport-Security"); !strings.HasPrefix(got, "max-age=") {
		t.Errorf("HSTS is %q", got)
	}
}

func TestConfigRefused(t *testing.T) {
	good := Config{Rooms: Entering((&fakeRoom{}).Enter), Verifier: fakeVerifier{}, ClusterKey: make([]byte, KeySize),
		PublicURL: "https://room.example", Page: testPage, Rules: "1"}
	s, err := New(good)
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	for name, change := range map[string]func(*Config){
		"no rooms":      func(c *Config) { c.Rooms = nil },
		"no rules":      func(c *Config) { c.Rules = "" },
		"plain http":    func(c *Config) { c.PublicURL = "http://room.example" },
		"plain address": func(c *Config) { c.PublicURL = "http://192.0.2.1" },
		"a path":        func(c *Config) { c.PublicURL = "https://room.example/x" },
		"no URL":        func(c *Config) { c.PublicURL = "" },
		"a short key":   func(c *Config) { c.ClusterKey = []byte("short") },
		"a wild origin": func(c *Config) { c.Origins = []string{"*"} },
		"no page":       func(c *Config) { c.Page = fstest.MapFS{} },
	} {
		cfg := good
		change(&cfg)
		if _, err := New(cfg); !errors.Is(err, ErrConfig) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// openapi.yaml describes exactly what is served.
func TestOpenAPI(t *testing.T) {
	raw, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var path string
	var documented []string
	for line := range strings.Lines(string(raw)) {
		if m := regexp.MustCompile(`^  (/\S*):$`).FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
			path = m[1]
		}
		if m := regexp.MustCompile(`^    (get|put|post|delete|head|patch|options):$`).FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
			documented = append(documented, strings.ToUpper(m[1])+" "+path)
		}
	}
	h := open(t, nil)
	served := []string{"GET /", "GET /{asset}"}
	for pattern := range h.sig.table() {
		if pattern != "/" {
			served = append(served, pattern)
		}
	}
	slices.Sort(documented)
	slices.Sort(served)
	if !slices.Equal(documented, served) {
		t.Errorf("documented %v, served %v", documented, served)
	}
	var config map[string]any
	_ = json.Unmarshal([]byte(body(t, h.ask("GET", "/config.json"))), &config)
	for key := range config {
		if !strings.Contains(string(raw), "                  "+key+": {type") {
			t.Errorf("openapi.yaml does not describe %q", key)
		}
	}
}

// What people see before they are in names nothing (M-S6).
func TestNeutralWords(t *testing.T) {
	h := open(t, nil)
	for _, path := range []string{"/config.json", "/robots.txt", "/nothing"} {
		resp := h.ask("GET", path)
		all := strings.ToLower(body(t, resp))
		for key := range resp.Header {
			all += strings.ToLower(key + resp.Header.Get(key))
		}
		for _, word := range []string{"therap", "rehab", "recovery", "addict", "patient", "hearth"} {
			if strings.Contains(all, word) {
				t.Errorf("%s says %q", path, word)
			}
		}
	}
}
