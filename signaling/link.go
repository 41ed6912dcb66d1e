package signaling

import (
	"context"
	"crypto/rand"
	"sync"

	"hearth/room"
)

// link is one participant's signaling state. It begins with a hello that a room
// lets in, survives its sockets, and ends with the room's Bye:
//
//	entering --Show--> open <--attach/detach--> away
//	    \________________|_______________________/
//	                    Bye -> over
//
// It implements room.Link: the room's goroutine calls Show and Bye, which never
// wait for a socket.
type link struct {
	// Static after newLink.
	server *Server
	pass   pass // as it was at the beginning; the seal moves on

	// Set by enter, before entered is closed.
	part    Participant
	failed  error
	entered chan struct{}
	shown   chan struct{} // closed by the first Show, or by Bye

	now, later lane // commands that answer at once, and those that may wait

	turn sync.Mutex // one socket comes or goes at a time; held while the room is told

	mu      sync.Mutex // guards all below; never held while the room is called
	view    room.View
	seal    room.Seal
	open    bool // shown a view
	over    bool
	bye     room.Bye
	events  replay
	answers answers
	lent    *loan // nil before the relay has granted anything
	conn    *conn // nil while away
	away    bool  // the room was told of a lost socket
	moved   bool  // the room goes on elsewhere
	settled bool  // the room has come together here after a move
}

func newLink(s *Server, p pass) *link {
	p.Run = rand.Text()
	return &link{server: s, pass: p, entered: make(chan struct{}), shown: make(chan struct{})}
}

// enter makes the participant. It is called once, by who claimed the link's id.
func (l *link) enter(ctx context.Context, s *room.Seal) {
	l.failed = refusal(codeRetry) // should Enter panic
	defer func() {
		if l.failed != nil {
			l.server.links.remove(l)
		}
		close(l.entered)
	}()
	l.part, l.failed = l.server.cfg.Rooms.Enter(ctx, l.pass.Room, l.pass.person(), s, l)
}

// ready waits until the participant is there and has a first view.
func (l *link) ready(ctx context.Context) error {
	for _, c := range []chan struct{}{l.entered, l.shown} {
		select {
		case <-c:
		case <-ctx.Done():
			return ctx.Err()
		}
		if l.failed != nil {
			return l.failed
		}
	}
	return nil
}

// abandon tells the room that nobody listens to a participant that came too
// late.
func (l *link) abandon() {
	if l.failed == nil {
		l.detach(nil)
	}
}

// Show tells the page what has changed. It is called by the room.
func (l *link) Show(v room.View, s room.Seal) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return
	}
	old, renewed := l.view, s != l.seal
	l.view, l.seal = v, s
	if !l.open {
		l.open = true
		l.events.next() // the first view counts as the first event
		close(l.shown)
		return
	}
	for _, e := range diff(old, v) {
		l.emit(e)
	}
	if renewed {
		l.emit(ticketEvent{Ticket: l.ticket()})
	}
}

// emit numbers an event, keeps it and sends it. A whole view leaves nothing
// worth keeping: what came before must not be told again to somebody who
// stepped out, and a client that missed it is given the present one.
func (l *link) emit(e event) {
	frame := encode(e.numbered(l.events.next()))
	if _, whole := e.(viewEvent); whole {
		l.events.forget()
	} else {
		l.events.keep(frame)
	}
	l.send(outFrame{data: frame})
}

// send gives a frame to the present socket, if there is one. l.mu is held.
func (l *link) send(f outFrame) {
	if l.conn != nil {
		l.conn.push(f)
	}
}

// ticket seals the present state. l.mu is held.
func (l *link) ticket() string { return l.server.tickets.seal(l.pass.sealed(l.seal)) }

// Bye ends the link. It is called by the room; nothing follows it. When the
// room has moved the client comes back by itself.
func (l *link) Bye(b room.Bye) {
	l.mu.Lock()
	if l.over {
		l.mu.Unlock()
		return
	}
	l.over, l.bye = true, b
	l.goodbye(b)
	if !l.open {
		close(l.shown)
	}
	lent := l.lent
	l.lent = nil
	l.mu.Unlock()
	l.server.giveBack(lent)
	l.server.links.remove(l)
}
