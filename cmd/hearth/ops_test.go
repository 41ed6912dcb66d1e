package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
)

func openTestOps(t *testing.T, ready func() Readiness, metrics ...prometheus.Collector) *ops {
	t.Helper()
	o, err := openOps(Config{OpsAddr: "127.0.0.1:0"}, ready, metrics...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := o.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return o
}

func get(t *testing.T, o *ops, path, host string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+o.Addr().String()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if host != "" {
		req.Host = host
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func TestHealth(t *testing.T) {
	var state atomic.Int64
	o := openTestOps(t, func() Readiness { return Readiness(state.Load()) })
	for _, tc := range []struct {
		ready  Readiness
		status int
		text   string
	}{
		{NotReady, 503, "not ready\n"}, {Ready, 200, "ok\n"}, {Draining, 503, "draining\n"},
		{Degraded, 200, "degraded: Redis is away, rooms that live go on\n"},
	} {
		state.Store(int64(tc.ready))
		if status, text := get(t, o, "/readyz", ""); status != tc.status || text != tc.text {
			t.Errorf("%v: %d %q", tc.ready, status, text)
		}
		if status, text := get(t, o, "/livez", ""); status != 200 || text != "ok\n" {
			t.Errorf("alive while %v: %d %q", tc.ready, status, text)
		}
	}
}

func TestMetricsAndProfiles(t *testing.T) {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hearth_test_total"}, []string{"reason"})
	c.WithLabelValues("full").Inc()
	o := openTestOps(t, func() Readiness { return Ready }, c)
	status, text := get(t, o, "/metrics", "")
	if status != 200 || !strings.Contains(text, `hearth_test_total{reason="full"} 1`) || !strings.Contains(text, "go_goroutines") {
		t.Errorf("%d %.300s", status, text)
	}
	if status, text := get(t, o, "/debug/pprof/goroutine?debug=1", ""); status != 200 || !strings.Contains(text, "goroutine profile") {
		t.Errorf("pprof: %d", status)
	}
	for _, path := range []string{"/", "/config", "/debug/vars"} {
		if status, _ := get(t, o, path, ""); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
}

// M-P8: a metric that could tell a room or a person is not served.
func TestMetricsAreAggregate(t *testing.T) {
	for _, label := range []string{"room", "name", "ref", "ip", "address", "sub"} {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hearth_test_total"}, []string{label})
		c.WithLabelValues("evening-7").Inc()
		o := openTestOps(t, func() Readiness { return Ready }, c)
		if status, text := get(t, o, "/metrics", ""); status != 500 || strings.Contains(text, "evening-7") {
			t.Errorf("label %s: %d %.200s", label, status, text)
		}
	}
}

func TestOpsRefusesOtherHosts(t *testing.T) {
	o := openTestOps(t, func() Readiness { return Ready })
	for host, want := range map[string]int{"evil.example": 403, "evil.example:9090": 403, "localhost:9090": 200, "localhost": 200, "[::1]:9090": 200} {
		if status, _ := get(t, o, "/livez", host); status != want {
			t.Errorf("host %s: %d, want %d", host, status, want)
		}
	}
	for site, want := range map[string]int{"": 200, "none": 200, "same-origin": 200, "cross-site": 403, "same-site": 403} {
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:9090/debug/pprof/cmdline", nil)
		r.Header.Set("Sec-Fetch-Site", site)
		w := httptest.NewRecorder()
		if o.server.Handler.ServeHTTP(w, r); w.Code != want {
			t.Errorf("from a page of %q: %d, want %d", site, w.Code, want)
		}
	}
	h, err := opsHandler(true, func() Readiness { return Ready })
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "http://hearth.monitoring:9090/livez", nil)
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != 200 {
		t.Errorf("allowed for others: %d", w.Code)
	}
}

func TestOpsRefusesDoubleMetrics(t *testing.T) {
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: "hearth_test_total"})
	if _, err := openOps(Config{OpsAddr: "127.0.0.1:0"}, nil, c, c); err == nil {
		t.Error("the same metric twice")
	}
	if _, err := openOps(Config{OpsAddr: "127.0.0.1:99999"}, nil); err == nil {
		t.Error("no such port")
	}
}

func TestOpsLeavesNothingRunning(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Run("one", func(t *testing.T) {
		o := openTestOps(t, func() Readiness { return Ready })
		get(t, o, "/livez", "")
	})
	goleak.VerifyNone(t, before)
}

func TestHealthcheck(t *testing.T) {
	var state atomic.Int64
	o := openTestOps(t, func() Readiness { return Readiness(state.Load()) })
	cfg := Config{OpsAddr: o.Addr().String()}
	check := func(args ...string) (string, error) {
		var b strings.Builder
		err := runHealthcheck(t.Context(), cfg, args, &b)
		return b.String(), err
	}
	if text, err := check(); err != nil || text != "ok\n" {
		t.Errorf("%q %v", text, err)
	}
	if text, err := check("ready"); err == nil || text != "not ready\n" {
		t.Errorf("not ready: %q %v", text, err)
	}
	state.Store(int64(Ready))
	if _, err := check("ready"); err != nil {
		t.Error(err)
	}
	if _, err := check("now"); err == nil {
		t.Error("an argument that does not exist")
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	cfg.OpsAddr = strings.TrimPrefix(gone.URL, "http://")
	if _, err := check(); err == nil {
		t.Error("nobody listens and it is well")
	}
}

func TestDialable(t *testing.T) {
	for addr, want := range map[string]string{":9090": "localhost:9090", "0.0.0.0:1": "localhost:1", "[::]:1": "localhost:1",
		"127.0.0.1:9090": "127.0.0.1:9090", "[::1]:2": "[::1]:2", "ops:1": "ops:1"} {
		if got := dialable(addr); got != want {
			t.Errorf("%s: %s, want %s", addr, got, want)
		}
	}
}

func TestVersion(t *testing.T) {
	var b strings.Builder
	if err := runVersion(&b); err != nil || !strings.HasPrefix(b.String(), "hearth ") || len(b.String()) < 9 {
		t.Errorf("%q %v", b.String(), err)
	}
}
