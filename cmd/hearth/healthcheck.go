package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// errUnhealthy is what "hearth healthcheck" ends with when the server on this
// machine does not answer, or not as it should.
var errUnhealthy = errors.New("healthcheck: the server is not well")

// runHealthcheck asks the operations listener whether the server lives, or
// with "ready" whether it takes new people. A container asks the first: a
// server that drains, or waits for Redis, has rooms that live.
func runHealthcheck(ctx context.Context, cfg Config, args []string, stdout io.Writer) error {
	path := "/livez"
	switch {
	case len(args) == 1 && args[0] == "ready":
		path = "/readyz"
	case len(args) > 0:
		return errors.New("healthcheck: write hearth healthcheck, or hearth healthcheck ready")
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+dialable(cfg.OpsAddr)+path, nil)
	if err != nil {
		return fmt.Errorf("%w: %w", errUnhealthy, err)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // no proxy
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("%w: it does not answer at %sOPS_ADDR", errUnhealthy, prefix)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(res.Body, 200))
	fmt.Fprintln(stdout, strings.TrimSpace(string(text)))
	if res.StatusCode != http.StatusOK {
		return errUnhealthy
	}
	return nil
}

// dialable turns a listener on all addresses into one to connect to.
func dialable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	if a, err := netip.ParseAddr(host); host == "" || err == nil && a.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
