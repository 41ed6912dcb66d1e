package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"
)

// How long a client that lost its socket waits before it tries all servers
// again: from the first to the longest, doubled each time, with jitter.
const (
	firstPause   = 500 * time.Millisecond
	longestPause = 8 * time.Second
)

// connectWait bounds one server's TCP and WebSocket handshakes where there are
// others to try.
const connectWait = 2 * time.Second

// ErrNoServer: there was no server to try.
var ErrNoServer = errors.New("client: no server to try")

// Final tells whether an error is a decision about this person that no other
// server, and no later attempt, would change.
func Final(err error) bool {
	var r *Refused
	return errors.As(err, &r) && r.Code != "retry"
}

// DialAny says hello to the first of several servers that welcomes it, in the
// order given. A final refusal ends it; otherwise the last error is returned
// when all have failed.
func DialAny(ctx context.Context, bases []string, h Hello) (*Client, error) {
	err := ErrNoServer
	for _, base := range bases {
		var c *Client
		if c, err = dial(ctx, base, h, connectWait); err == nil {
			return c, nil
		}
		if Final(err) || ctx.Err() != nil {
			return nil, err
		}
	}
	return nil, err
}

// Nodes are the servers to try after this socket: the one it is connected to,
// then the others it was told of, in random order so that not everybody goes to
// the same one.
func (c *Client) Nodes() []string {
	others := slices.DeleteFunc(slices.Clone(c.Welcome().Nodes), func(o string) bool { return o == c.base })
	rand.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
	return append([]string{c.base}, others...)
}

// Return says hello again after the socket was lost, to any server of Nodes, as
// long as it takes. A final refusal or the context ends it.
func (c *Client) Return(ctx context.Context) (*Client, error) {
	bases := c.Nodes()
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		next, err := DialAny(ctx, bases, c.Resume())
		if err == nil || Final(err) {
			return next, err
		}
		select {
		case <-time.After(pause/2 + rand.N(pause)):
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), err)
		}
	}
}

// Moving is closed when the room goes on elsewhere: say hello with Resume at
// another server - at this one where the welcome says Carried, since then it is
// the other that may be about to go. Publish on a new PeerConnection too, and
// change over when the new client's Settled is closed.
func (c *Client) Moving() <-chan struct{} { return c.moved }

// Settled is closed when the room has come together again at its new owner.
func (c *Client) Settled() <-chan struct{} { return c.settled }
