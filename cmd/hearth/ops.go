package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
)

// Readiness is whether a load balancer should send new people here.
type Readiness int

// The answers of /readyz.
const (
	NotReady Readiness = iota // 503: starting, or something needed is missing
	Ready                     // 200
	Degraded                  // 200: Redis is away, rooms that live go on
	Draining                  // 503: rooms that live go on, new ones go elsewhere
)

// String is what /readyz says: the status is for machines, this for people.
func (r Readiness) String() string {
	switch r {
	case Ready:
		return "ok"
	case Degraded:
		return "degraded: Redis is away, rooms that live go on"
	case Draining:
		return "draining"
	}
	return "not ready"
}

func (r Readiness) status() int {
	if r == Ready || r == Degraded {
		return http.StatusOK
	}
	return http.StatusServiceUnavailable
}

// ops is the operations listener: /livez, /readyz, /metrics, /debug/pprof. It
// is for the operator alone and never published.
type ops struct {
	// Static after openOps.
	listener net.Listener
	server   *http.Server
	served   chan error // receives once, when serving has ended
}

// openOps listens and serves until Close. ready is asked at each /readyz, from
// any goroutine, and must not wait.
func openOps(cfg Config, ready func() Readiness, metrics ...prometheus.Collector) (*ops, error) {
	handler, err := opsHandler(cfg.OpsRemote, ready, metrics...)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", cfg.OpsAddr)
	if err != nil {
		return nil, fmt.Errorf("operations listener: %w", err)
	}
	o := &ops{listener: l, served: make(chan error, 1), server: &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}} // its lines hold addresses
	go func() { o.served <- o.server.Serve(l) }()
	return o, nil
}

// Addr is where it listens.
func (o *ops) Addr() net.Addr { return o.listener.Addr() }

// Close ends it, waiting for requests under way until ctx is done, and joins
// its goroutine.
func (o *ops) Close(ctx context.Context) error {
	err := o.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, o.server.Close())
	}
	if served := <-o.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// opsHandler serves the operations pages. It registers the metrics in a
// registry of its own.
func opsHandler(remote bool, ready func() Readiness, metrics ...prometheus.Collector) (http.Handler, error) {
	registry := prometheus.NewRegistry()
	all := append([]prometheus.Collector{collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})}, metrics...)
	for _, c := range all {
		if err := registry.Register(c); err != nil {
			return nil, fmt.Errorf("metrics: %w", err)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		r := ready()
		plain(w, r.status(), r.String())
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(aggregate{registry}, promhttp.HandlerOpts{MaxRequestsInFlight: 4}))
	profiles(mux)
	if remote {
		return mux, nil
	}
	return thisHost(mux), nil
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	io.WriteString(w, text+"\n")
}

func profiles(mux *http.ServeMux) {
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
}

// thisHost refuses requests that name another host: a web page that has its
// own name resolve to 127.0.0.1 shall not read memory profiles. Nor shall a page
// of another site start one, which it could without reading the answer.
func thisHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if _, err := netip.ParseAddr(host); err != nil && host != "localhost" {
			plain(w, http.StatusForbidden, "not this host")
			return
		}
		if from := r.Header.Get("Sec-Fetch-Site"); from != "" && from != "none" && from != "same-origin" {
			plain(w, http.StatusForbidden, "not from another site")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// aggregate keeps metrics that could tell one room or person from another out
// of /metrics (M-P8): a metric with such a label makes the page fail.
type aggregate struct{ prometheus.Gatherer }

// identifying are label names that no metric may have.
var identifying = map[string]bool{
	"room": true, "group": true, "seat": true, "participant": true, "peer": true, "person": true, "subject": true, "sub": true,
	"name": true, "pseudonym": true, "ref": true, "jti": true, "token": true, "user": true, "user_agent": true,
	"ip": true, "addr": true, "address": true, "remote": true, "remote_addr": true, "host": true, "client": true,
}

var errIdentifying = errors.New("a metric has a label that could identify somebody")

// Gather collects the metrics.
func (a aggregate) Gather() ([]*dto.MetricFamily, error) {
	families, err := a.Gatherer.Gather()
	for _, f := range families {
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if identifying[l.GetName()] {
					return nil, errIdentifying
				}
			}
		}
	}
	return families, err
}
