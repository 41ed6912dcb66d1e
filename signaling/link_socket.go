package signaling

import "hearth/room"

// attach makes c the link's socket: welcome, and either what was missed or the
// whole view. An older socket is closed as replaced. It fails when the link is
// over, and with errElsewhere when the room has moved.
func (l *link) attach(c *conn, h *helloMessage, run string) error {
	l.turn.Lock()
	defer l.turn.Unlock()
	l.borrow()
	old, wasAway, err := l.take(c, h, run)
	if err != nil {
		return err
	}
	if old != nil {
		old.out.finish(closeReplaced)
	}
	if wasAway {
		_ = l.part.Back(l) // a part that has ended has said so to the link
	}
	return nil
}

func (l *link) take(c *conn, h *helloMessage, run string) (old *conn, wasAway bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return nil, false, endOf(l.bye)
	}
	if l.moved {
		return nil, false, errElsewhere
	}
	if h.Last == 0 {
		l.answers.restart() // a page that remembers nothing begins its ids anew
	}
	old, l.conn = l.conn, c
	wasAway, l.away = l.away, false
	w := l.welcome(h.ID)
	missed, all := l.events.since(h.Last)
	if all && h.Last > 0 && run == l.pass.Run {
		w.Resumed, w.Seq = true, h.Last
	} else {
		v := complete(l.view)
		w.View, missed = &v, nil
	}
	c.push(outFrame{data: encode(w)})
	for _, frame := range missed {
		c.push(outFrame{data: frame})
	}
	return old, wasAway, nil
}

// endOf is the error for a link that ended while somebody said hello.
func endOf(b room.Bye) error {
	if b == room.ByeElsewhere {
		return refusal(codeRetry)
	}
	return refusal(b)
}

// welcome is the answer to hello, without what happened before. l.mu is held.
func (l *link) welcome(id int64) *welcomeReply {
	cfg := &l.server.cfg
	return &welcomeReply{
		Type: "welcome", V: protocolVersion, ID: id, Seq: l.events.seq, Now: l.server.now().UnixMilli(),
		Seats: l.part.Seats(), Ticket: l.ticket(), Grace: int(cfg.Grace.Seconds()),
		Rules: cfg.Rules, Name: l.pass.Suggest, Nodes: l.server.nodes.others(), ICE: l.lent.list(), Settled: l.settled,
	}
}

// detach notes that c is gone, unless another socket has taken over.
func (l *link) detach(c *conn) {
	l.turn.Lock()
	defer l.turn.Unlock()
	l.mu.Lock()
	lost := l.conn == c && !l.over
	if l.conn == c {
		l.conn = nil
		l.away = lost
	}
	l.mu.Unlock()
	if lost {
		l.part.Lost()
	}
}
