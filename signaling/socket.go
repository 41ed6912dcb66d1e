package signaling

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"

	"github.com/gorilla/websocket"
)

// subprotocol is what a client has to offer (RFC 6455, 1.9).
const subprotocol = "hearth.1"

// upgrader accepts sockets. Compression never keeps a context over frames, so
// it costs memory only while a frame is worked on.
var upgrader = websocket.Upgrader{
	Subprotocols:      []string{subprotocol},
	EnableCompression: true,
	WriteBufferSize:   4 << 10,
	WriteBufferPool:   &sync.Pool{},
	CheckOrigin:       func(*http.Request) bool { return true }, // socket has looked
	Error: func(w http.ResponseWriter, _ *http.Request, status int, _ error) {
		plain(w, status)
	},
}

// socket serves /ws from the upgrade to the end of the socket.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	if from := r.Header.Values("Origin"); !s.origins.allow(from) && !(len(from) == 1 && s.nodes.served(from[0])) {
		s.turn(w, http.StatusForbidden, "origin")
		return
	}
	if !slices.Contains(websocket.Subprotocols(r), subprotocol) {
		s.turn(w, http.StatusBadRequest, "subprotocol")
		return
	}
	from := s.addresses.enter(peerOf(r.RemoteAddr, r.Header.Values("X-Forwarded-For"), s.cfg.Trusted))
	if from == nil {
		s.turn(w, http.StatusTooManyRequests, "address")
		return
	}
	defer from.leave()
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // answered by the upgrader
	}
	s.serve(newConn(ws, s.cfg.Limits, s.count), from)
}

// serve runs a socket to its end.
func (s *Server) serve(c *conn, from visitor) {
	if !s.conns.add(c) {
		_ = c.ws.Close()
		s.count.turned("drain")
		return
	}
	defer s.conns.remove(c)
	go c.write()
	defer c.close()
	s.converse(c, from)
}

// turn refuses an upgrade.
func (s *Server) turn(w http.ResponseWriter, status int, why string) {
	s.count.turned(why)
	plain(w, status)
}

// converse is hello and what follows.
func (s *Server) converse(c *conn, from visitor) {
	defer func() {
		if p := recover(); p != nil { // net/http would log the address
			s.panicked()
			c.out.finish(closeRetry)
		}
	}()
	l, g := s.greet(c, from)
	switch {
	case l != nil:
		defer l.detach(c)
		s.listen(c, l)
	case g != nil:
		s.pump(c, g)
	}
}

// listen takes commands until the socket ends.
func (s *Server) listen(c *conn, l *link) {
	defer s.audience.join(c)()
	s.frames(c, func(raw []byte) bool {
		code := s.hear(l, raw)
		if code != "" {
			c.fail(failure(0, code))
		}
		return code == ""
	})
}

// frames takes frames until the socket ends, or take wants no more.
func (s *Server) frames(c *conn, take func(raw []byte) bool) {
	for {
		c.alive()
		raw, err := c.next()
		if err == nil && !c.rate.Allow() {
			err = errFlood
		}
		if err != nil {
			s.ended(c, err)
			return
		}
		if !take(raw) {
			return
		}
	}
}

// hear gives one frame to the link, or returns the code of what is wrong with
// it.
func (s *Server) hear(l *link, raw []byte) string {
	m, err := decode(raw)
	switch {
	case err != nil && len(raw) > maxMessage:
		return codeTooLarge
	case err != nil, m.name() == "hello":
		return codeBadMessage
	case len(raw) > maxMessage && m.name() != "offer":
		return codeTooLarge
	case !l.command(m, raw):
		return codeBadMessage
	}
	return ""
}

// ended says why a socket could not be read any further, to the client if that
// is any use.
func (s *Server) ended(c *conn, err error) {
	switch {
	case errors.Is(err, errTooLarge):
		c.fail(failure(0, codeTooLarge))
	case errors.Is(err, errBinary):
		c.fail(failure(0, codeBadMessage))
	case errors.Is(err, errFlood):
		s.count.dropped(closeFlood.name)
		c.fail(failure(0, codeFlood))
	case timedOut(err) && !c.over():
		s.count.dropped("silent")
	}
}

// conns are the open sockets. Safe for concurrent use.
type conns struct {
	mu     sync.Mutex // guards all below
	open   map[*conn]struct{}
	closed bool
	empty  chan struct{} // closed when closed and nobody is left
}

func newConns() *conns { return &conns{open: map[*conn]struct{}{}, empty: make(chan struct{})} }

func (cs *conns) add(c *conn) bool {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if cs.closed {
		return false
	}
	cs.open[c] = struct{}{}
	return true
}

func (cs *conns) remove(c *conn) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	delete(cs.open, c)
	cs.settle()
}

// settle closes empty once nobody is left. cs.mu is held.
func (cs *conns) settle() {
	if !cs.closed || len(cs.open) > 0 {
		return
	}
	select {
	case <-cs.empty:
	default:
		close(cs.empty)
	}
}

// finish takes in no more and ends all as given.
func (cs *conns) finish(end closing) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.closed = true
	for c := range cs.open {
		c.out.finish(end)
	}
	cs.settle()
}

// dismiss ends all as given but those that other nodes have brought.
func (cs *conns) dismiss(end closing) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for c := range cs.open {
		if !c.hopped {
			c.out.finish(end)
		}
	}
}

// cut ends all at once.
func (cs *conns) cut() {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for c := range cs.open {
		_ = c.ws.NetConn().Close()
	}
}

// wait until nobody is left.
func (cs *conns) wait(ctx context.Context) error {
	select {
	case <-cs.empty:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (cs *conns) len() int {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	return len(cs.open)
}
