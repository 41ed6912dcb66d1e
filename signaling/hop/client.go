package hop

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// Protocol is the sub-protocol of GET /hop: its version, apart from that of the
// clients it carries.
const Protocol = "hearth.hop.1"

// Bounds of what a client waits for, within the caller's context.
const (
	askWait  = 2 * time.Second
	dialWait = 4 * time.Second // from the beginning of its turn
	dials    = 8               // WebSockets being opened to one node at once; the rest wait in line
)

// Client asks other nodes. Safe for concurrent use.
type Client struct {
	http   *http.Client
	pool   *http.Transport
	dialer *websocket.Dialer
	turns  *turns
}

// NewClient makes a client that trusts the holders of the key alone.
func NewClient(key *Key) *Client {
	secure := &tls.Dialer{NetDialer: &net.Dialer{KeepAlive: 15 * time.Second}, Config: key.client()}
	pool := &http.Transport{
		DialTLSContext: secure.DialContext, MaxIdleConnsPerHost: 4, MaxConnsPerHost: 64,
		IdleConnTimeout: 30 * time.Second, MaxResponseHeaderBytes: 4 << 10, DisableCompression: true,
	}
	return &Client{
		pool: pool,
		http: &http.Client{Transport: pool, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		dialer: &websocket.Dialer{
			NetDialTLSContext: secure.DialContext, Subprotocols: []string{Protocol}, HandshakeTimeout: dialWait,
		},
		turns: newTurns(dials),
	}
}

// Close ends the connections that are kept for later. Connections of Dial are
// their callers'.
func (c *Client) Close() { c.pool.CloseIdleConnections() }

// Owns asks the node at an internal URL (https://host:port) whether it has the
// room. ErrRefused where nobody listens; any other error leaves the answer open.
func (c *Client) Owns(ctx context.Context, node, room string) (epoch uint64, yes bool, err error) {
	raw, err := c.post(ctx, node, "/owns", question{Room: room})
	if err != nil {
		return 0, false, failed(ctx, "owns", err)
	}
	a, err := strict[answer](raw)
	if err != nil {
		return 0, false, failed(ctx, "owns", err)
	}
	return a.Epoch, a.Epoch != 0, nil
}

// Shut tells a node that the room settled under a later epoch: whatever it
// still forwards for it ends. The epoch is that of the teller, at least 1.
func (c *Client) Shut(ctx context.Context, node, room string, epoch uint64) error {
	if _, err := c.post(ctx, node, "/shut", question{Room: room, Epoch: epoch}); err != nil {
		return failed(ctx, "shut", err)
	}
	return nil
}

// post asks one question. Questions may be asked twice, so one that meets a
// connection which has just been closed is asked again on a new one.
func (c *Client) post(ctx context.Context, node, path string, q question) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, askWait)
	defer cancel()
	base, err := origin(node)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(q)
	if err != nil {
		return nil, ErrAnswer
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+path, bytes.NewReader(body))
	if err != nil {
		return nil, ErrAnswer
	}
	req.Header["Idempotency-Key"] = []string{} // for net/http alone, not sent
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, err
	case resp.StatusCode/100 != 2, len(raw) > maxAnswer:
		return nil, ErrAnswer
	}
	return raw, nil
}

// Dial opens the WebSocket of a node at an internal URL. The caller closes it.
// ErrRefused where nobody listens, ErrStranger where it is no node of ours.
func (c *Client) Dial(ctx context.Context, node string) (*websocket.Conn, error) {
	base, err := origin(node)
	if err != nil {
		return nil, failed(ctx, "dial", err)
	}
	done, err := c.turns.take(ctx, base)
	if err != nil {
		return nil, failed(ctx, "dial", err)
	}
	defer done()
	ws, resp, err := c.dialer.DialContext(ctx, "wss"+strings.TrimPrefix(base, "https")+"/hop", nil)
	if resp != nil {
		_ = resp.Body.Close()
	}
	if err != nil {
		return nil, failed(ctx, "dial", err)
	}
	if ws.Subprotocol() != Protocol {
		_ = ws.Close()
		return nil, failed(ctx, "dial", ErrAnswer)
	}
	return ws, nil
}

// origin is the scheme, host and port of an internal URL.
func origin(node string) (string, error) {
	u, err := url.Parse(node)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return "", ErrAnswer
	}
	return "https://" + u.Host, nil
}
