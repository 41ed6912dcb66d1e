package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hearth/signaling/token"
)

// trialText is the crisis text that "make run" sets.
func trialText(t *testing.T) string {
	t.Helper()
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^export (HEARTH_CRISIS_TEXT) \?= (.+)$`).FindSubmatch(makefile)
	if found == nil {
		t.Fatal("the Makefile has no crisis text")
	}
	return string(found[1]) + "=" + string(found[2])
}

var trialLink = regexp.MustCompile(`(?m)^  (facilitator|patient [1-3]) +(http://localhost:[0-9]+)/#(\S+)$`)

// TestMakeRun runs the whole program as "make run" does for the first time, but
// for the ports: four links that work, and what to know of a trial.
func TestMakeRun(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	t.Setenv("GOGC", "100") // or it would choose for this process
	environ := []string{trialText(t), "HEARTH_ADDR=localhost:0", "HEARTH_OPS_ADDR=127.0.0.1:0"}
	cfg, _, err := LoadConfig(nil, environ, nil)
	if err != nil {
		t.Fatal(err)
	}
	said := startTrial(t, environ)

	if info, err := os.Stat(cfg.KeyFile); err != nil || info.Mode() != 0o600 || !strings.HasPrefix(cfg.KeyFile, home) {
		t.Errorf("the key file %s: %v, %v", cfg.KeyFile, info, err)
	}
	links := trialLink.FindAllStringSubmatch(said, -1)
	if n := strings.Count(said, "/#"); len(links) != 4 || n != 4 {
		t.Fatalf("%d links of %d as they should be:\n%s", len(links), n, said)
	}
	checkLinks(t, cfg, links)
	if origin := links[0][2]; !strings.HasPrefix(said, "Hearth is at "+origin+"\n") {
		t.Errorf("the links are of %s:\n%s", origin, said)
	}
	for line, words := range map[string][]string{
		"Embedded":   {"Redis", "forgets everything", "HEARTH_REDIS_URL"},
		"Made here":  {cfg.KeyFile, "HEARTH_KEY_FILE"},
		"Production": {"TLS", "HEARTH_PUBLIC_URL", "HEARTH_CRISIS_TEXT", "deploy/README.md"},
	} {
		found := regexp.MustCompile(`(?m)^`+line+`: .*$`).FindAllString(said, -1)
		if len(found) != 1 || slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(found[0], w) }) {
			t.Errorf("%s: %q, and not one line with %q", line, found, words)
		}
	}
	for _, v := range hearthVariable.FindAllString(said, -1) {
		if !known(strings.TrimPrefix(v, prefix)) {
			t.Errorf("there is no %s", v)
		}
	}
}

// startTrial runs the program until the end of the test, and returns what it
// prints before it serves.
func startTrial(t *testing.T, environ []string) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	stdout, stderr := &logBook{}, &logBook{}
	code, ended := 0, make(chan struct{})
	began := time.Now()
	go func() { defer close(ended); code = run(ctx, nil, environ, stdout, stderr) }()
	t.Cleanup(func() {
		stop()
		if <-ended; code != 0 || strings.Contains(stderr.String(), "/#") {
			t.Errorf("ended with %d:\n%s", code, stderr)
		}
	})
	for !strings.Contains(stdout.String(), "\nProduction:") {
		select {
		case <-ended:
			t.Fatal("it did not start")
		case <-time.After(time.Millisecond):
		}
		if time.Since(began) > 30*time.Second {
			t.Fatalf("only this was printed:\n%s", stdout)
		}
	}
	t.Logf("all was printed after %v", time.Since(began).Round(time.Millisecond))
	return stdout.String()
}

// checkLinks: each is of the part it says, of a person of its own, in one room,
// and opens the page.
func checkLinks(t *testing.T, cfg Config, links [][]string) {
	t.Helper()
	keys, err := openKeys(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer keys.verifier.Close()
	roles, people := map[string]int{}, map[string]bool{}
	for _, l := range links {
		c, err := keys.verifier.Verify(t.Context(), l[3])
		if err != nil || !strings.HasPrefix(l[1], c.Role) || c.Room != trialRoom {
			t.Errorf("the link of %s is of %s in %s: %v", l[1], c.Role, c.Room, err)
		}
		roles[c.Role]++
		people[c.Subject] = true
		if page := readPage(t, l[2]+"/"); !strings.Contains(page, "<html") {
			t.Errorf("the link of %s opens %.60q", l[1], page)
		}
	}
	if roles[token.RoleFacilitator] != 1 || roles[token.RolePatient] != 3 || len(people) != 4 {
		t.Errorf("%v of %d people", roles, len(people))
	}
}

func readPage(t *testing.T, url string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(bounded(t), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("%s: %d, %v", url, answer.StatusCode, err)
	}
	return string(text)
}
