package relay

import (
	"net"
	"net/netip"
	"slices"

	"github.com/pion/turn/v5"
)

// generator makes the relayed sockets for the TURN library. It implements
// turn.RelayAddressGenerator.
type generator struct{ *Server }

// Validate says that all is well.
func (generator) Validate() error { return nil }

// AllocatePacketConn makes one allocation of a user. The library also asks for
// one without a user while it looks for an even port, which we do not offer.
func (g generator) AllocatePacketConn(c turn.AllocateListenerConfig) (net.PacketConn, net.Addr, error) {
	if c.UserID == "" || c.RequestedPort != 0 {
		g.stats.refuse(RefusedKind)
		return nil, nil, errRefused
	}
	way, ok := g.routes.of(c.Network)
	if !ok {
		g.stats.refuse(RefusedFamily)
		return nil, nil, errRefused
	}
	a, err := g.attach(c.UserID, way)
	if err != nil {
		return nil, nil, err
	}
	return a, a.LocalAddr(), nil
}

// AllocateListener refuses: no TCP towards peers (RFC 6062).
func (g generator) AllocateListener(turn.AllocateListenerConfig) (net.Listener, net.Addr, error) {
	g.stats.refuse(RefusedKind)
	return nil, nil, errRefused
}

// AllocateConn refuses: no TCP towards peers (RFC 6062).
func (g generator) AllocateConn(turn.AllocateConnConfig) (net.Conn, error) {
	g.stats.refuse(RefusedKind)
	return nil, errRefused
}

// permit implements turn.PermissionHandler, for CreatePermission and
// ChannelBind. It hears no port: allocation.meant looks at that.
func (s *Server) permit(_ net.Addr, ip net.IP) bool {
	a, ok := netip.AddrFromSlice(ip)
	if ok && slices.Contains(s.peers, a.Unmap()) {
		return true
	}
	s.stats.refuse(RefusedPeer)
	return false
}

// isPeer tells whether an address is one of the SFU's.
func (s *Server) isPeer(at netip.AddrPort) bool {
	return at.Port() == s.config.Media.Port() && slices.Contains(s.peers, at.Addr().Unmap())
}

// attach makes an allocation and gives it to the user's credential, if that
// still holds and there is room.
func (s *Server) attach(name string, way route) (*allocation, error) {
	s.mu.Lock()
	c := s.credentials[name]
	if c == nil || s.closed || s.roomFor(c) != Reasons {
		s.mu.Unlock()
		return nil, errRefused
	}
	var silent *allocation
	if len(c.open) >= s.config.limits.each {
		silent = s.silentOf(c)
		s.drop(silent)
	}
	a, err := s.newAllocation(way, c)
	if err == nil {
		c.open, s.byRelay[a.local] = append(c.open, a), a
		s.running.Add(1) // the library's goroutine that reads it
	}
	s.mu.Unlock()
	if silent != nil {
		s.stats.refuse(EndSilent)
		silent.end()
	}
	if err != nil {
		s.stats.refuse(DropWrite)
		return nil, errRefused
	}
	s.stats.allocated.Add(1)
	return a, nil
}

// detach forgets a closed allocation and its client.
func (s *Server) detach(a *allocation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.closed = true
	s.drop(a)
	if s.byClient[a.client] == a {
		delete(s.byClient, a.client)
		s.leave(a.client)
	}
}

// drop takes an allocation out of the books, but for its client. The caller
// holds mu.
func (s *Server) drop(a *allocation) {
	delete(s.byRelay, a.local)
	a.owner.open = slices.DeleteFunc(a.owner.open, func(o *allocation) bool { return o == a })
}
