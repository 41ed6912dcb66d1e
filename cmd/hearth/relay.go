package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"

	"hearth/room/sfu/relay"
	"hearth/signaling"
)

// openRelay starts the TURN server if one is wanted, in front of the media
// sockets. The public URL has to be known.
func (n *node) openRelay() error {
	if n.cfg.TurnUDP == "" && n.cfg.TurnTLS == "" {
		return nil
	}
	certificate, err := n.cfg.turnCertificate()
	if err != nil {
		return fmt.Errorf("relay: certificate: %w", err)
	}
	media := n.media.UDPAddr()
	r, err := relay.Open(relay.Config{
		UDP: n.cfg.TurnUDP, TLS: n.cfg.TurnTLS, Media: media, Peers: mediaAddresses(n.cfg, media.Addr()), Allocations: n.cfg.TurnAllocations,
		Certificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return certificate, nil }, Log: n.log,
	})
	if err != nil {
		return err
	}
	n.relay = r
	return nil
}

// turnCertificate is that of the relay; nil without TLS.
func (c Config) turnCertificate() (*tls.Certificate, error) {
	if c.TurnTLS == "" {
		return nil, nil
	}
	cert, key := c.TurnCert, c.TurnKey
	if cert == "" {
		cert, key = c.TLSCert, c.TLSKey
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	return &pair, err
}

// mediaAddresses are those under which browsers may know the media socket, as
// the answers of package sfu announce them. One too many does no harm: packets
// to all of them go to that socket and nowhere else.
func mediaAddresses(cfg Config, bound netip.Addr) []netip.Addr {
	list := append([]netip.Addr(nil), cfg.MediaAnnounce...)
	switch {
	case len(list) > 0:
	case !bound.IsUnspecified():
		return []netip.Addr{bound.Unmap()}
	default:
		list = interfaceAddresses()
	}
	return append(list, netip.AddrFrom4([4]byte{127, 0, 0, 1})) // announced on one's own computer
}

// interfaceAddresses are the global unicast addresses of this machine.
func interfaceAddresses() (list []netip.Addr) {
	nets, _ := net.InterfaceAddrs()
	for _, n := range nets {
		if p, err := netip.ParsePrefix(n.String()); err == nil && p.Addr().Unmap().IsGlobalUnicast() {
			list = append(list, p.Addr().Unmap())
		}
	}
	return list
}

// relayURLs are the relay's addresses for browsers (RFC 7065).
func (n *node) relayURLs() (urls []string) {
	if len(n.cfg.TurnURLs) > 0 {
		return n.cfg.TurnURLs
	}
	host := n.cfg.relayHost()
	at := func(port uint16) string { return net.JoinHostPort(host, strconv.Itoa(int(port))) }
	if port := n.relay.UDPAddr().Port(); port != 0 {
		urls = append(urls, "turn:"+at(port)+"?transport=udp")
	}
	if port := n.relay.TLSAddr().Port(); port != 0 {
		urls = append(urls, "turns:"+at(port)+"?transport=tcp")
	}
	return urls
}

// relayHost is the name or address of the relay for browsers, without brackets.
func (c Config) relayHost() string {
	if c.TurnHost != "" {
		return c.TurnHost
	}
	if u, err := url.Parse(c.PublicURL); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	host, _, _ := net.SplitHostPort(c.Addr)
	return host
}

// lender gives the relay's credentials to links: it fits package relay to the
// port of package signaling.
func (n *node) lender() signaling.Relay {
	if n.relay == nil {
		return nil
	}
	return lender{n.relay, n.relayURLs()}
}

type lender struct {
	relay *relay.Server
	urls  []string
}

// Grant makes credentials for one link.
func (l lender) Grant() ([]signaling.ICEServer, func(), error) {
	c, revoke, err := l.relay.Grant()
	if err != nil {
		return nil, nil, err
	}
	return []signaling.ICEServer{{URLs: l.urls, Username: c.Username, Credential: c.Password}}, revoke, nil
}
