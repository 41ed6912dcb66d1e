package relay

import (
	"net"
	"net/netip"
	"slices"
)

// route is the way from a relayed socket of one address family to the SFU.
type route struct {
	bind netip.Addr     // of this machine; told to clients as their relayed address
	to   netip.AddrPort // the SFU's socket as seen from bind
}

// routes are the ways for IPv4 and IPv6; an invalid one is none.
type routes struct{ v4, v6 route }

// routesTo finds the ways to the media socket. Both ends have the same address,
// so that the packets never leave the machine and the SFU sees the relayed
// address that the client was told. On a socket that listens on all addresses
// it is one of an interface: Firefox does not pair a relayed loopback address
// with the SFU's public one.
func routesTo(media netip.AddrPort, peers []netip.Addr) routes {
	at := media.Addr().Unmap()
	has := func(six bool) bool {
		return slices.ContainsFunc(peers, func(p netip.Addr) bool { return p.Unmap().Is6() == six })
	}
	way := func(a netip.Addr) route { return route{a, netip.AddrPortFrom(a, media.Port())} }
	var r routes
	switch {
	case !at.IsUnspecified() && at.Is4():
		r.v4 = way(at)
	case !at.IsUnspecified():
		r.v6 = way(at)
	default:
		if has(false) {
			r.v4 = way(ownAddress(false))
		}
		if has(true) && at.Is6() {
			r.v6 = way(ownAddress(true))
		}
	}
	return r
}

func (r routes) of(network string) (route, bool) {
	way := r.v4
	if network == "udp6" {
		way = r.v6
	}
	return way, way.bind.IsValid()
}

// ownAddress is the first of an interface that is no loopback, else loopback.
func ownAddress(six bool) netip.Addr {
	nets, _ := net.InterfaceAddrs()
	for _, n := range nets {
		if p, err := netip.ParsePrefix(n.String()); err == nil {
			if a := p.Addr().Unmap(); a.Is6() == six && a.IsGlobalUnicast() {
				return a
			}
		}
	}
	if six {
		return netip.IPv6Loopback()
	}
	return netip.AddrFrom4([4]byte{127, 0, 0, 1})
}
