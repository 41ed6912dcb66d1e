package main

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// hostName takes a name or an IP address, as a host stands in a URL but
// without brackets.
func hostName(s string) bool {
	if a, err := netip.ParseAddr(s); err == nil {
		return a.Zone() == "" && !a.IsUnspecified() && !a.IsMulticast()
	}
	ok := len(s) > 0 && len(s) <= 253 && !strings.HasPrefix(s, "-") && !strings.HasPrefix(s, ".")
	return ok && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '.'
	})
}

func turnHost(c *Config, value string) error {
	if !hostName(value) {
		return flaw{"not a name or an IP address", "write it like turn.clinic.example or 203.0.113.8, without a port"}
	}
	c.TurnHost = value
	return nil
}

func turnURLs(c *Config, value string) error {
	c.TurnURLs = nil
	for _, s := range commas(value) {
		if !turnURL(s) {
			return flaw{"not an address of a relay", "write it like turn:turn.clinic.example:3478?transport=udp or turns:turn.clinic.example:443?transport=tcp"}
		}
		c.TurnURLs = append(c.TurnURLs, s)
	}
	return nil
}

// turnURL tells whether a text is an address of our relay (RFC 7065), with a
// port, and over UDP or TLS.
func turnURL(s string) bool {
	rest, udp := strings.CutPrefix(s, "turn:")
	rest, tls := strings.CutPrefix(rest, "turns:")
	switch {
	case udp && !tls:
		rest, udp = strings.CutSuffix(rest, "?transport=udp")
	case tls && !udp:
		rest, tls = strings.CutSuffix(rest, "?transport=tcp")
	}
	host, port, err := net.SplitHostPort(rest)
	n, err2 := strconv.ParseUint(port, 10, 16)
	return udp != tls && err == nil && err2 == nil && n > 0 && hostName(host)
}

// checkTURN refuses a relay that could not work.
func (c *Config) checkTURN(problems *Problems) {
	if c.TurnUDP == "" && c.TurnTLS == "" {
		if c.TurnHost != "" || c.TurnCert != "" || c.TurnKey != "" || len(c.TurnURLs) > 0 {
			problems.add("TURN_UDP", "there is no relay to which the other settings of TURN could apply", "set it to :3478, or "+prefix+"TURN_TLS, or remove the others")
		}
		return
	}
	for _, one := range []struct{ key, addr, other, otherAddr string }{
		{"TURN_UDP", c.TurnUDP, "MEDIA_UDP", c.MediaUDP},
		{"TURN_TLS", c.TurnTLS, "MEDIA_TCP", c.MediaTCP},
		{"TURN_TLS", c.TurnTLS, "ADDR", c.Addr},
	} {
		if clash(one.addr, one.otherAddr) {
			problems.add(one.key, "the same address and port as "+prefix+one.other, "set another port, or another address of this machine")
		}
	}
	if c.TurnTLS != "" {
		c.checkTurnCertificate(problems)
	}
}

// clash tells whether two listeners would be in each other's way.
func clash(a, b string) bool {
	hostA, _, errA := net.SplitHostPort(a)
	hostB, _, errB := net.SplitHostPort(b)
	anyA, anyB := unspecified(hostA), unspecified(hostB)
	return errA == nil && errB == nil && portOf(a) != 0 && portOf(a) == portOf(b) && (anyA || anyB || hostA == hostB)
}

func unspecified(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "" || err == nil && a.IsUnspecified()
}

func (c *Config) checkTurnCertificate(problems *Problems) {
	switch {
	case c.TurnCert != "" && c.TurnKey == "":
		problems.add("TURN_KEY", "missing beside "+prefix+"TURN_CERT", "set the key of the certificate")
		return
	case c.TurnKey != "" && c.TurnCert == "":
		problems.add("TURN_CERT", "missing beside "+prefix+"TURN_KEY", "set the certificate of the key")
		return
	case c.TurnCert == "" && (c.TLSCert == "" || c.TLSKey == ""):
		problems.add("TURN_TLS", "TLS without a certificate",
			"set "+prefix+"TURN_CERT and "+prefix+"TURN_KEY; where Hearth ends TLS itself, "+prefix+"TLS_CERT and "+prefix+"TLS_KEY do as well")
		return
	}
	pair, err := c.turnCertificate()
	if err != nil {
		if c.TurnCert != "" { // else TLS_CERT is the problem already
			problems.add("TURN_CERT", "it and "+prefix+"TURN_KEY cannot be used together", "check that both PEM files can be read and belong together")
		}
		return
	}
	c.checkTurnName(pair, problems)
}

// checkTurnName refuses a certificate that browsers would not take from the
// relay: they say nothing when they do not.
func (c *Config) checkTurnName(pair *tls.Certificate, problems *Problems) {
	host := c.relayHost()
	if len(c.TurnURLs) > 0 || host == "" {
		return
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err == nil && leaf.VerifyHostname(host) != nil {
		problems.add("TURN_HOST", "the certificate of the relay is for another name", "set a name that is in the certificate, or "+prefix+"TURN_CERT with one for this name")
	}
}
