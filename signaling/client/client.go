// Package client speaks the wire protocol of signaling/PROTOCOL.md from Go: for
// the load generator, for self-checks and for black-box tests. It obeys nothing
// by itself; a test that wants a hostile participant only has to send what it
// likes.
package client

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"hearth/room"
)

// Hello is how a client introduces itself: with an invitation's token, or with
// a ticket and the last sequence number it has seen.
type Hello struct {
	Token  string
	Resume string
	Last   int64
	LastID int64 // largest command id used on the link; with Last 0 ids begin anew
	Record bool  // keep every frame received, for Frames

	// Silence is how long the server may be silent before the socket is given up;
	// 0 for 12 s. It pings and beats every 5 s.
	Silence time.Duration

	view room.View // as known by then: a replay goes on from there
}

// Refused is an error the server answered with.
type Refused struct {
	Code  string
	After int // seconds to wait before asking again, with "retry"; 0 where it does not say
}

// Error returns the code.
func (r *Refused) Error() string { return "client: refused: " + r.Code }

// silence stands for a Hello.Silence of 0.
const silence = 12 * time.Second

// ErrClosed is returned once the socket is gone.
var ErrClosed = errors.New("client: socket closed")

// Client is one socket to a room. Its methods are safe for concurrent use.
type Client struct {
	base    string // where it is connected to
	conn    *websocket.Conn
	silence time.Duration
	done    chan struct{} // closed when the reader has ended
	moved   chan struct{} // closed once the room goes on elsewhere
	settled chan struct{} // closed once it has come together here

	sendMu sync.Mutex // guards writes to conn and lastID
	lastID int64

	mu      sync.Mutex // guards all below
	waiting map[int64]chan []byte
	state   state
	changed chan struct{} // closed and replaced on every change of state
}

// state is what a client knows.
type state struct {
	view    room.View
	welcome Welcome
	ticket  string
	last    int64
	bye     string
	close   int
	texts   []room.Text // the latest maxTexts
	record  bool
	frames  [][]byte // with record
}

// Welcome is the answer to hello.
type Welcome struct {
	Seq     int64       `json:"seq"`
	Resumed bool        `json:"resumed"`
	Seats   int         `json:"seats"`
	Ticket  string      `json:"ticket"`
	Grace   int         `json:"grace"`
	Rules   string      `json:"rules"`
	Name    string      `json:"name"`
	Nodes   []string    `json:"nodes"` // further servers' origins, with those told of since
	ICE     []ICEServer `json:"ice"`
	Settled bool        `json:"settled"`
	Carried bool        `json:"carried"` // the room is at another server than this one
	View    *room.View  `json:"view"`
}

// ICEServer is a relay and its credentials, as a browser's RTCPeerConnection
// takes it.
type ICEServer struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username"`
	Credential string   `json:"credential"`
}

// Dial opens a socket to the server at base (http or https origin) and says
// hello. A refusal is returned as *Refused.
func Dial(ctx context.Context, base string, h Hello) (*Client, error) {
	return dial(ctx, base, h, 5*time.Second)
}

func dial(ctx context.Context, base string, h Hello, wait time.Duration) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, fmt.Errorf("client: base address: %w", err)
	}
	origin := u.Scheme + "://" + u.Host
	u.Scheme = strings.Replace(u.Scheme, "http", "ws", 1)
	u.Path, u.Fragment = "/ws", ""
	d := websocket.Dialer{Subprotocols: []string{"hearth.1"}, HandshakeTimeout: wait}
	conn, resp, err := d.DialContext(ctx, u.String(), http.Header{"Origin": {origin}})
	if err != nil {
		return nil, fmt.Errorf("client: dial: %w", err)
	}
	_ = resp.Body.Close()
	c := &Client{
		base: origin, conn: conn, silence: cmp.Or(h.Silence, silence), waiting: map[int64]chan []byte{}, changed: make(chan struct{}),
		done: make(chan struct{}), moved: make(chan struct{}), settled: make(chan struct{}),
	}
	conn.SetPingHandler(c.pong)
	c.state.last, c.state.view, c.state.record, c.lastID = h.Last, h.view, h.Record, h.LastID
	go c.read()
	if err := c.hello(ctx, h); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func (c *Client) hello(ctx context.Context, h Hello) error {
	m := map[string]any{"v": 1}
	if h.Token != "" {
		m["token"] = h.Token
	} else {
		m["resume"], m["last"] = h.Resume, h.Last
	}
	_, err := c.Do(ctx, "hello", m)
	return err
}

// Do sends a command and waits for its answer, which is returned as it came. A
// goodbye answers everything that waits, as it does leave and end.
func (c *Client) Do(ctx context.Context, typ string, fields map[string]any) (json.RawMessage, error) {
	answer := make(chan []byte, 1)
	c.sendMu.Lock()
	c.lastID++
	id := c.lastID
	c.sendMu.Unlock()
	c.mu.Lock()
	c.waiting[id] = answer
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.waiting, id)
		c.mu.Unlock()
	}()
	m := map[string]any{"type": typ, "id": id}
	for k, v := range fields {
		m[k] = v
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("client: encode: %w", err)
	}
	if err := c.Send(raw); err != nil {
		return nil, err
	}
	select {
	case raw := <-answer:
		return raw, refusal(raw)
	case <-c.done:
		select {
		case raw := <-answer: // the last thing said before the close
			return raw, refusal(raw)
		default:
			return nil, ErrClosed
		}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// refusal is the error inside an answer, nil for ok.
func refusal(raw []byte) error {
	var m struct {
		Type, Code string
		After      int
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return fmt.Errorf("client: answer: %w", err)
	}
	if m.Type == "error" {
		return &Refused{m.Code, m.After}
	}
	return nil
}

// Send writes one text frame as it is.
func (c *Client) Send(frame []byte) error {
	c.sendMu.Lock()
	defer c.sendMu.Unlock()
	_ = c.conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
	if err := c.conn.WriteMessage(websocket.TextMessage, frame); err != nil {
		return ErrClosed
	}
	return nil
}

// Close ends the socket without a goodbye, as a lost connection would, and
// waits for the reader.
func (c *Client) Close() {
	_ = c.conn.Close()
	<-c.done
}

// read takes every frame until the socket ends.
func (c *Client) read() {
	defer close(c.done)
	defer c.wake()
	defer c.conn.Close()
	for {
		c.alive()
		_, raw, err := c.conn.ReadMessage()
		if err != nil {
			var ce *websocket.CloseError
			if errors.As(err, &ce) {
				c.mu.Lock()
				c.state.close = ce.Code
				c.mu.Unlock()
			}
			return
		}
		c.take(raw)
	}
}

// alive gives the server more time to be heard of. Who pongs is the reader.
func (c *Client) alive() { _ = c.conn.SetReadDeadline(time.Now().Add(c.silence)) }

func (c *Client) pong(data string) error {
	c.alive()
	_ = c.conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(5*time.Second))
	return nil
}

func (c *Client) wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.changed)
	c.changed = make(chan struct{})
}
