package signaling

import "hearth/room"

// loan is what the relay has granted to one link; nil for nothing. Static.
type loan struct {
	servers []ICEServer
	revoke  func()
}

// list is the loan as welcome tells it: [] and never null.
func (n *loan) list() []ICEServer {
	if n == nil {
		return []ICEServer{}
	}
	return present(n.servers)
}

// borrow asks the relay once for each link, and again with the next socket
// where it has granted nothing. Media without a relay is better than none, so a
// failure only counts. A technical host has no media to relay (S-6). l.turn is
// held, l.mu is not.
func (l *link) borrow() {
	relay := l.server.cfg.Relay
	if relay == nil || l.pass.Role == room.Host || l.lending() {
		return
	}
	servers, revoke, err := relay.Grant()
	if err != nil {
		l.server.count.count(func(s *Stats) { s.Unrelayed++ })
		l.server.unexpected("relay grants nothing", err)
		return
	}
	l.server.count.count(func(s *Stats) { s.Relays++ })
	lent := &loan{servers, revoke}
	l.mu.Lock()
	late := l.over // the part has ended meanwhile: nobody else would give it back
	if !late {
		l.lent = lent
	}
	l.mu.Unlock()
	if late {
		l.server.giveBack(lent)
	}
}

func (l *link) lending() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.over || l.lent != nil
}

// giveBack ends credentials together with the part they were for.
func (s *Server) giveBack(n *loan) {
	if n == nil {
		return
	}
	s.count.count(func(st *Stats) { st.Relays-- })
	if n.revoke != nil {
		n.revoke()
	}
}
