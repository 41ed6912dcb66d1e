package main

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
)

// loopbackHost tells whether a host is this machine for sure. An empty host
// means all addresses, and other names may mean anything.
func loopbackHost(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

// loopbackAddr is loopbackHost for host:port.
func loopbackAddr(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && loopbackHost(host)
}

// loopbackURL is loopbackHost for a URL.
func loopbackURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && loopbackHost(u.Hostname())
}

// loopbackNetworks are all addresses of this machine that nobody else has.
var loopbackNetworks = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// behindLocalProxy tells whether others reach the page through a proxy on this
// machine: nobody else can connect.
func (c Config) behindLocalProxy() bool {
	return c.TLSCert == "" && loopbackAddr(c.Addr) && c.PublicURL != "" && !loopbackURL(c.PublicURL)
}

// localURL is what a browser on this machine opens. A host name or address of
// ADDR is kept.
func (c Config) localURL(port uint16) string {
	host, _, _ := net.SplitHostPort(c.Addr)
	scheme := "http"
	if c.TLSCert != "" {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, strconv.Itoa(int(port)))
}

// portOf is the port of host:port; 0 when the system is to choose.
func portOf(addr string) uint16 {
	_, port, _ := net.SplitHostPort(addr)
	n, _ := strconv.ParseUint(port, 10, 16)
	return uint16(n)
}
