package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// errPublic is a target that is not one's own for sure.
var errPublic = errors.New("not a loopback or private address: this is for your own server")

// originOf is scheme://host[:port] of a web address without anything more, or
// "".
func originOf(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		strings.Trim(u.Path, "/") != "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// private refuses targets that others could own.
func (o *options) private(ctx context.Context) error {
	for flag, target := range map[string]string{"-url": o.url, "-ops": o.ops} {
		if target == "" {
			continue
		}
		if err := privateOrigin(ctx, target); err != nil {
			return fmt.Errorf("%s: %w", flag, err)
		}
	}
	return nil
}

// privateOrigin looks at every address that the host of an origin has.
func privateOrigin(ctx context.Context, origin string) error {
	u, err := url.Parse(origin)
	if err != nil {
		return errUsage
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	all, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil {
		return errors.New("the name of the host is not known here")
	}
	for _, a := range all {
		if !privateAddr(a.Unmap()) {
			return errPublic
		}
	}
	return nil
}

// privateAddr tells loopback, private (RFC 1918, RFC 4193) and link-local
// addresses from all others.
func privateAddr(a netip.Addr) bool {
	return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast()
}

// loopback tells whether an origin is on this machine for sure.
func loopback(origin string) bool {
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	a, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && a.IsLoopback()
}
