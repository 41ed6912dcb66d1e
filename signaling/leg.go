package signaling

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// maxDown is the largest frame a node may send, in bytes: what the outbox of a
// client would take.
const maxDown = outboxBytes

// How long the end of a leg may take: our close frame, and the other's.
const (
	legClose  = 300 * time.Millisecond
	legLinger = 500 * time.Millisecond
)

// leg is the second half of a socket whose room is elsewhere: the WebSocket to
// the owner. One goroutine sends, another one reads:
//
//	start -> pump (send | read) -> finish -> end
type leg struct {
	// Static after newLeg.
	ws     *websocket.Conn
	limits Limits
	life   context.Context // ends when its node is dead
	leave  func()          // ends it
	stop   func() bool     // takes the socket's end from it

	// Set by start.
	first []byte // the owner's answer to hello

	mu     sync.Mutex // guards ending, and the read deadline with it
	ending bool       // finish was called: no deadline moves any more
}

// newLeg makes a leg of a socket, which ends with life; leave is called at its
// end.
func newLeg(ws *websocket.Conn, l Limits, life context.Context, leave func()) *leg {
	g := &leg{ws: ws, limits: l, life: life, leave: leave}
	g.stop = context.AfterFunc(life, func() { _ = ws.NetConn().Close() })
	ws.SetPingHandler(func(data string) error {
		g.alive()
		_ = ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(l.WriteStall))
		return nil
	})
	ws.SetCloseHandler(func(int, string) error { return nil }) // answered by finish
	return g
}

// start says hello and waits for the first frame. A node that does not have the
// room is errElsewhere.
func (g *leg) start(ctx context.Context, hello []byte) error {
	stop := context.AfterFunc(ctx, func() { _ = g.ws.NetConn().Close() })
	defer stop()
	if !g.send(hello) {
		return errors.Join(ctx.Err(), errNowhere)
	}
	g.alive()
	raw, err := g.read()
	var closed *websocket.CloseError
	switch {
	case errors.As(err, &closed) && closed.Code == closeElsewhere.code:
		return errElsewhere
	case err != nil:
		return err
	}
	g.first = raw
	return nil
}

// send writes one frame of the client, and reports whether the owner took it in
// time. Who waits for it meanwhile reads nothing more from the client.
func (g *leg) send(raw []byte) bool {
	_ = g.ws.SetWriteDeadline(time.Now().Add(g.limits.WriteStall))
	return g.ws.WriteMessage(websocket.TextMessage, raw) == nil
}

// read is the next frame of the owner. An owner that sends nothing for as long
// as a client may is gone: it pings.
func (g *leg) read() ([]byte, error) {
	raw, err := readText(g.ws, maxDown)
	if err == nil {
		g.alive()
	}
	return raw, err
}

func (g *leg) alive() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.ending {
		_ = g.ws.NetConn().SetReadDeadline(time.Now().Add(g.limits.Pong))
	}
}

// finish says that the client is gone. What it said last is on its way: closing
// at once could make the kernel throw it away, so who reads goes on for a moment.
func (g *leg) finish() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ending = true
	data := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	_ = g.ws.WriteControl(websocket.CloseMessage, data, time.Now().Add(legClose))
	_ = g.ws.NetConn().SetReadDeadline(time.Now().Add(legLinger))
}

// end closes the leg.
func (g *leg) end() {
	g.stop()
	g.leave()
	_ = g.ws.NetConn().Close()
}

// legEnd is how the client's conn ends after its leg. Codes of this document
// pass as they are but drain, which is the owner's end and not this server's;
// whatever else has happened, the client comes back here.
func legEnd(err error) closing {
	var closed *websocket.CloseError
	if !errors.As(err, &closed) {
		return closeRetry
	}
	for _, known := range []closing{closeBye, closeReplaced, closeProtocol, closeRetry, closeSlow, closeFlood} {
		if known.code == closed.Code {
			return known
		}
	}
	if closed.Code >= 4000 && closed.Code < 4200 && closed.Code != closeDrain.code { // of a later version
		return closing{code: closed.Code}
	}
	return closeRetry
}

// pump carries frames both ways until one side ends, and then ends the other.
func (s *Server) pump(c *conn, g *leg) {
	s.count.count(func(n *Stats) { n.Hops++; n.Hopped++ })
	defer s.count.count(func(n *Stats) { n.Hops-- })
	s.cfg.Log.Debug("socket carried to another node")
	var down sync.WaitGroup
	down.Go(func() { s.down(c, g) })
	s.frames(c, func(raw []byte) bool {
		if g.send(raw) {
			return true
		}
		c.out.finish(closeRetry)
		return false
	})
	g.finish()
	down.Wait()
	g.end()
}

// down carries the owner's frames to the client. Its beats stay behind: each
// half of the way has its own.
func (s *Server) down(c *conn, g *leg) {
	c.push(outFrame{data: g.first})
	defer s.audience.join(c)()
	for {
		raw, err := g.read()
		if err != nil {
			s.legLost(c, g, err)
			c.out.finish(legEnd(err))
			return
		}
		if !bytes.Equal(raw, beat) {
			c.push(outFrame{data: raw, large: describes(raw)})
		}
	}
}

// legLost counts a leg that ended without a close frame while its client was
// still there.
func (s *Server) legLost(c *conn, g *leg, err error) {
	var closed *websocket.CloseError
	switch {
	case errors.As(err, &closed), c.over():
	case errors.Is(err, errTooLarge), errors.Is(err, errBinary):
		s.count.hopFailed("garbage")
	case timedOut(err):
		s.count.hopFailed("silent")
	default:
		s.hopFailed(g.life, "lost")
	}
}

// describes tells whether a frame is the answer to an offer: the only one that
// is worth compressing and holds no secret.
func describes(raw []byte) bool {
	return len(raw) > maxHello && bytes.HasPrefix(raw, []byte(`{"type":"ok","id":`)) && bytes.Contains(raw[:64], []byte(`,"sdp":"`))
}

// outerWelcome is the owner's first frame as the client has to hear it: that it
// is carried, and the nodes to try, which are others than the one it is connected
// to. The owner cannot know either. Anything but a welcome passes as it is; what
// is no frame is errMalformed.
func outerWelcome(raw []byte, others []string) ([]byte, error) {
	var frame map[string]json.RawMessage
	if json.Unmarshal(raw, &frame) != nil {
		return nil, errMalformed
	}
	switch string(frame["type"]) {
	case `"welcome"`:
		frame["nodes"], frame["carried"] = encode(others), encode(true)
		return encode(frame), nil
	case `"error"`, `"bye"`:
		return raw, nil
	}
	return nil, errMalformed
}
