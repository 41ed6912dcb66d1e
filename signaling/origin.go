package signaling

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// origins decides which pages may open a socket. Immutable.
type origins struct {
	allowed map[string]bool
	port    string // of the loopback address that people open; "" when it is another
}

func newOrigins(public string, more []string) (origins, error) {
	o := origins{allowed: map[string]bool{}}
	for _, raw := range append([]string{public}, more...) {
		u, err := url.Parse(raw)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return o, fmt.Errorf("%w: an allowed origin is not an origin", ErrConfig)
		}
		o.allowed[strings.ToLower(u.Scheme+"://"+u.Host)] = true
	}
	u, _ := url.Parse(public) // parsed above
	if u.Scheme == "http" && loopback(u.Hostname()) {
		o.port = portOf(u)
	}
	return o, nil
}

// allow decides about the Origin headers of a request. Browsers always send
// one; "null" and none at all are refused.
func (o origins) allow(headers []string) bool {
	if len(headers) != 1 {
		return false
	}
	if o.allowed[strings.ToLower(headers[0])] {
		return true
	}
	if o.port == "" {
		return false
	}
	u, err := url.Parse(headers[0]) // the same machine under its other names
	return err == nil && u.Scheme == "http" && loopback(u.Hostname()) && portOf(u) == o.port
}

func portOf(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	return "80"
}

// loopback tells whether a host name is this machine's own.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

// peerOf is the address a request comes from: the last one that is no trusted
// proxy's. Headers of anybody else are not believed.
func peerOf(remote string, forwarded []string, trusted []netip.Prefix) netip.Addr {
	addr := parseHost(remote)
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for i := len(hops) - 1; i >= 0 && trustedBy(trusted, addr); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = next.Unmap().WithZone("")
	}
	return addr
}

func parseHost(remote string) netip.Addr {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	a, _ := netip.ParseAddr(host)
	return a.Unmap().WithZone("")
}

func trustedBy(trusted []netip.Prefix, a netip.Addr) bool {
	for _, p := range trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
