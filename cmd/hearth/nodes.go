package main

import (
	"net"
	"net/url"
	"strconv"
	"strings"
)

// internalURL is how other nodes reach this one: https, with a port.
func internalURL(c *Config, value string) error {
	fix := "write it like https://10.0.0.7:7443, as the other nodes reach this one"
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return flaw{"not an address between nodes", fix}
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return flaw{"an address with a path", fix}
	}
	if p, err := strconv.ParseUint(u.Port(), 10, 16); err != nil || p == 0 {
		return flaw{"an address without a port", fix}
	}
	c.InternalURL = "https://" + u.Host
	return nil
}

// checkNodes refuses a node that others could not find, or that could not tell
// them what it owns.
func (c *Config) checkNodes(problems *Problems) {
	if c.InternalAddr == "" {
		if c.InternalURL != "" || c.NodeOrigin != "" {
			problems.add("INTERNAL_ADDR", "missing beside "+prefix+"INTERNAL_URL or "+prefix+"NODE_ORIGIN", "set where other nodes reach this one, such as :7443, or remove the others")
		}
		return
	}
	if c.RedisURL == "" {
		problems.add("REDIS_URL", "missing beside "+prefix+"INTERNAL_ADDR", "several nodes share one Redis; set its address")
	}
	if c.TokenSecret != "" {
		problems.add("TOKEN_SECRET", "a shared secret on several nodes", "use "+prefix+"TOKEN_KEYS or "+prefix+"TOKEN_JWKS; a secret is for one machine only")
	}
	for _, other := range []struct{ key, addr string }{{"ADDR", c.Addr}, {"OPS_ADDR", c.OpsAddr}, {"MEDIA_TCP", c.MediaTCP}, {"TURN_TLS", c.TurnTLS}} {
		if clash(c.InternalAddr, other.addr) {
			problems.add("INTERNAL_ADDR", "the same address and port as "+prefix+other.key, "set another port")
		}
	}
	if host, _, err := net.SplitHostPort(c.InternalAddr); err == nil && unspecified(host) && c.InternalURL == "" {
		problems.add("INTERNAL_URL", "missing: "+prefix+"INTERNAL_ADDR does not say how other nodes reach this one", "set it, such as https://10.0.0.7:7443")
	}
}
