package signaling

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"hearth/room"
)

// Sizes of frames, in bytes.
const (
	maxHello   = 8 << 10
	maxMessage = 16 << 10
	maxOffer   = 128 << 10

	lingerBytes = 1 << 20
	lingerTime  = time.Second
)

// Why a frame could not be read.
var (
	errTooLarge = errors.New("signaling: frame too large")
	errBinary   = errors.New("signaling: not a text frame")
	errFlood    = errors.New("signaling: too many frames")
)

// conn is one socket. The goroutine of the HTTP request reads, one more writes;
// others only put frames into the outbox. While that goroutine looks for the
// room of a hello, another one reads in its place (readAhead).
type conn struct {
	// Static after newConn.
	ws     *websocket.Conn
	out    *outbox
	limits Limits
	count  *counters
	hopped bool          // another node has brought it
	done   chan struct{} // closed when the writer has ended

	// Owned by the reading goroutine.
	rate  *rate.Limiter
	known bool           // who says hello is known
	ahead chan firstRead // what was read ahead; nil when it is taken, or nothing was

	mu     sync.Mutex // guards ending, and the read deadline with it
	ending bool       // a close frame was sent: no deadline moves any more
}

func newConn(ws *websocket.Conn, l Limits, n *counters) *conn {
	c := &conn{ws: ws, out: newOutbox(), limits: l, count: n, done: make(chan struct{}),
		rate: rate.NewLimiter(rate.Limit(l.Rate), l.Burst)}
	ws.SetPongHandler(func(string) error { return c.control() })
	ws.SetPingHandler(func(data string) error {
		if err := c.control(); err != nil {
			return err
		}
		_ = ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(c.limits.WriteStall))
		return nil
	})
	ws.SetCloseHandler(func(code int, _ string) error {
		// Answered by the writer, behind what is still waiting to be sent.
		c.out.finish(closing{code: websocket.CloseNormalClosure})
		return nil
	})
	return c
}

// firstRead is the first frame after hello, or why there is none.
type firstRead struct {
	raw []byte
	err error
}

// readAhead reads the next frame while hello is being answered, so that a client
// that goes meanwhile is noticed: gone is called then. Without it the hello of
// somebody who has long come back elsewhere could arrive last and take their
// link.
func (c *conn) readAhead(gone func()) {
	ahead := make(chan firstRead, 1)
	c.ahead = ahead
	go func() {
		raw, err := c.read(maxOffer)
		if err != nil && !errors.Is(err, errTooLarge) && !errors.Is(err, errBinary) && !errors.Is(err, errFlood) {
			gone()
		}
		ahead <- firstRead{raw, err}
	}()
}

// next is the next frame, be it read ahead.
func (c *conn) next() ([]byte, error) {
	if c.ahead == nil {
		return c.read(maxOffer)
	}
	first := <-c.ahead
	c.ahead = nil
	return first.raw, first.err
}

// control counts a ping or pong and notes that the client lives. Before hello
// it buys no time.
func (c *conn) control() error {
	if !c.rate.Allow() {
		return errFlood
	}
	if c.known {
		c.alive()
	}
	return nil
}

// push queues a frame without waiting.
func (c *conn) push(f outFrame) {
	if !c.out.push(f) {
		c.count.dropped(closeSlow.name)
	}
}

// fail answers with an error and ends the conn as the code demands.
func (c *conn) fail(e errorReply) {
	c.count.refused(e.Code)
	c.push(outFrame{data: encode(e)})
	c.out.finish(closingOf(e.Code))
}

// bye tells that the participant's part has ended. When the room has moved, the
// client has to come back instead.
func (c *conn) bye(b room.Bye) {
	if b == room.ByeElsewhere {
		c.out.finish(closeRetry)
		return
	}
	c.push(outFrame{data: encode(byeFrame{"bye", b})})
	c.out.finish(closeBye)
}

// read is the next text frame of at most limit bytes. No more than that is ever
// held, whatever the frame's header promises.
func (c *conn) read(limit int64) ([]byte, error) { return readText(c.ws, limit) }

func readText(ws *websocket.Conn, limit int64) ([]byte, error) {
	kind, r, err := ws.NextReader()
	if err != nil {
		return nil, err
	}
	if kind != websocket.TextMessage {
		return nil, errBinary
	}
	raw, err := io.ReadAll(io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(raw)) > limit:
		return nil, errTooLarge
	}
	return raw, nil
}

// alive gives a client that was heard of more time.
func (c *conn) alive() { c.deadline(c.limits.Pong) }

func (c *conn) deadline(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ending {
		_ = c.ws.NetConn().SetReadDeadline(time.Now().Add(d))
	}
}

// cut ends the reading: soon, when a close frame is on its way and its answer
// may come, else at once.
func (c *conn) cut(after time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ending = true
	_ = c.ws.NetConn().SetReadDeadline(time.Now().Add(after))
}

// over tells whether we have ended the conn ourselves.
func (c *conn) over() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ending
}

// write is the writing goroutine: it sends what is in the outbox, and pings. The
// answer to hello is the first frame; a beat never comes before it.
func (c *conn) write() {
	defer close(c.done)
	ticker := time.NewTicker(c.limits.Ping)
	defer ticker.Stop()
	for answered := false; ; {
		select {
		case <-c.out.wake:
		case <-ticker.C:
			if answered {
				c.push(outFrame{data: beat})
			}
			_ = c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(c.limits.WriteStall))
		}
		frames, end := c.out.take()
		answered = answered || len(frames) > 0
		if !c.flush(frames) {
			c.count.dropped("stall")
			c.cut(0)
			return
		}
		if end != nil {
			c.goodbye(*end)
			return
		}
	}
}

// flush writes frames. Only large answers are compressed: they hold nothing
// secret whose length could tell something.
func (c *conn) flush(frames []outFrame) bool {
	for _, f := range frames {
		_ = c.ws.SetWriteDeadline(time.Now().Add(c.limits.WriteStall))
		c.ws.EnableWriteCompression(f.large)
		if c.ws.WriteMessage(websocket.TextMessage, f.data) != nil {
			return false
		}
	}
	return true
}

func (c *conn) goodbye(end closing) {
	data := websocket.FormatCloseMessage(end.code, end.name)
	_ = c.ws.WriteControl(websocket.CloseMessage, data, time.Now().Add(c.limits.WriteStall))
	c.cut(lingerTime)
}

// close waits for the writer, lets the client take the last frames, and ends
// the socket. Without the linger, data the client still sends would make the
// kernel reset the connection and throw away our last words.
func (c *conn) close() {
	c.out.finish(closing{code: websocket.CloseNormalClosure})
	<-c.done
	_, _ = io.CopyN(io.Discard, c.ws.NetConn(), lingerBytes)
	_ = c.ws.Close()
	if c.ahead != nil {
		<-c.ahead
	}
}

// timedOut tells whether a read ended because the client was silent.
func timedOut(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}
