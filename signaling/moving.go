package signaling

import "hearth/room"

// The room goes on elsewhere, and has come together there. PROTOCOL.md, section 4.
type (
	moveEvent struct {
		Type string `json:"type"`
		Seq  uint64 `json:"seq"`
	}
	settledEvent struct {
		Type string `json:"type"`
		Seq  uint64 `json:"seq"`
	}
)

func (e moveEvent) numbered(seq uint64) any    { e.Type, e.Seq = "move", seq; return e }
func (e settledEvent) numbered(seq uint64) any { e.Type, e.Seq = "settled", seq; return e }

// Move tells the page that the room goes on with another owner. It is called by
// the room. From now on a hello with this link's ticket does not find it any
// more: it looks for the room's new owner. The present socket stays until Bye.
func (l *link) Move() {
	l.mu.Lock()
	told := l.moved || l.over
	if !told {
		l.moved = true
		l.mark(moveEvent{})
	}
	l.mu.Unlock()
	if !told {
		l.server.links.remove(l)
	}
}

// Settled tells the page that the room has come together here. It is called by
// the room, at any time: the next welcome says it as well.
func (l *link) Settled() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.settled && !l.over {
		l.settled = true
		l.mark(settledEvent{})
	}
}

// mark emits an event that is no part of the view; before the first view there
// is nobody to tell. l.mu is held.
func (l *link) mark(e event) {
	if l.open {
		l.emit(e)
	}
}

// goodbye is how a conn ends with its link. l.mu is held.
func (l *link) goodbye(b room.Bye) {
	switch {
	case l.conn == nil:
	case b == room.ByeElsewhere && l.moved:
		l.conn.out.finish(closeDrain) // a page that did not follow in time
	default:
		l.conn.bye(b)
	}
}

// told is the code of a refused command. A room that has moved takes none any
// more; the new one does.
func (l *link) told(code string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if code == string(room.ErrMoved) && !l.over {
		return codeRetry
	}
	return code
}
