package relay

import (
	"net"
	"net/netip"

	"github.com/pion/turn/v5"
)

// events are what the TURN library tells us while it works. Allocations that
// end are noticed by their Close.
func (s *Server) events() turn.EventHandler {
	return turn.EventHandler{
		OnAuth:              s.onAuth,
		OnAllocationCreated: s.onAllocation,
		OnChannelCreated:    s.onChannel,
	}
}

// onAuth counts failures, and hears those who are well.
func (s *Server) onAuth(from, _ net.Addr, _, _, _, _ string, ok bool) {
	if !ok {
		s.stats.refuse(RefusedCredential)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.byClient[keyOf(from)]; a != nil {
		a.heard.Store(s.now())
	}
}

// onAllocation learns which client an allocation is for, who is a stranger no
// longer.
func (s *Server) onAllocation(from, _ net.Addr, _, _, _ string, relayed net.Addr, _ int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.byRelay[keyOf(relayed).from]
	if a == nil || a.closed {
		return
	}
	a.client = keyOf(from)
	s.byClient[a.client] = a
	if a.client.stream {
		s.door.welcome(a.client.from)
	} else {
		s.socket.welcome(a.client.from)
	}
}

// leave makes a client a stranger again. The caller holds mu.
func (s *Server) leave(c clientKey) {
	switch {
	case c.stream && s.door != nil:
		s.door.leave(c.from)
	case !c.stream && s.socket != nil:
		s.socket.leave(c.from)
	}
}

// onChannel bounds the channels of an allocation: the library looks through
// all of them for every packet.
func (s *Server) onChannel(_, _ net.Addr, _, _, _ string, relayed, _ net.Addr, _ uint16) {
	s.mu.Lock()
	a := s.byRelay[keyOf(relayed).from]
	s.mu.Unlock()
	if a != nil && a.channels.Add(1) == maxChannels+1 {
		s.stats.refuse(EndChannels)
		a.end()
	}
}

func keyOf(a net.Addr) clientKey {
	switch a := a.(type) {
	case *net.UDPAddr:
		return clientKey{false, plain(a.AddrPort())}
	case *net.TCPAddr:
		return clientKey{true, plain(a.AddrPort())}
	}
	return clientKey{}
}

// plain writes an IPv4 address as one.
func plain(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }
