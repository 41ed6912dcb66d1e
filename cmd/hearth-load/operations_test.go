package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const someMetrics = `# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 12.5
process_resident_memory_bytes 3.1457e+07
go_goroutines 42
hearth_media_peers 14
hearth_media_packets_in_total 100
hearth_media_packets_forwarded_total 1300
hearth_media_dropped_total{reason="grant"} 7
hearth_media_datagrams_total 1400
hearth_media_send_calls_total 200
hearth_media_unsent_total{reason="overflow"} 2
hearth_media_unsent_total{reason="route"} 3
hearth_media_rtx_total 11
hearth_media_replays_total 12
hearth_media_paused 4
`

func TestParseFigures(t *testing.T) {
	f, err := parseFigures(strings.NewReader(someMetrics))
	if want := (figures{12.5, 3.1457e7, 42, 14, 100, 1300, 1400, 200, 5, 11, 12, 4}); err != nil || f != want {
		t.Errorf("%+v, %v", f, err)
	}
	older, _, _ := strings.Cut(someMetrics, "hearth_media_datagrams")
	f, err = parseFigures(strings.NewReader(older))
	if want := (figures{CPU: 12.5, RSS: 3.1457e7, Goroutines: 42, Peers: 14, In: 100, Forwarded: 1300}); err != nil || f != want {
		t.Errorf("an older server: %+v, %v", f, err)
	}
	for name, text := range map[string]string{
		"empty":     "",
		"a page":    "<html>hello</html>",
		"no number": strings.Replace(someMetrics, "42", "many", 1),
		"one less":  strings.Replace(someMetrics, "go_goroutines", "go_gophers", 1),
		"long line": strings.Repeat("x", 1<<20),
	} {
		if _, err := parseFigures(strings.NewReader(text)); !errors.Is(err, errMetrics) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOperations(t *testing.T) {
	status := http.StatusOK
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/metrics" {
			t.Errorf("asks for %s", r.URL.Path)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, someMetrics)
	}))
	o := newOperations(s.URL + "/")
	if f, err := o.read(t.Context()); err != nil || f.Peers != 14 {
		t.Errorf("%+v, %v", f, err)
	}
	status = http.StatusForbidden
	if _, err := o.read(t.Context()); !errors.Is(err, errMetrics) {
		t.Errorf("forbidden: %v", err)
	}
	s.Close()
	if _, err := o.read(t.Context()); !errors.Is(err, errOps) || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("gone: %v", err)
	}
}
