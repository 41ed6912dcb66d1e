package client

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"hearth/room"
)

// event is the union of what a server may send besides answers.
type event struct {
	Type       string           `json:"type"`
	ID         int64            `json:"id"`
	Seq        int64            `json:"seq"`
	Code       string           `json:"code"`
	Ticket     string           `json:"ticket"`
	View       *room.View       `json:"view"`
	You        *room.You        `json:"you"`
	Room       *room.Open       `json:"room"`
	Seat       json.RawMessage  `json:"seat"`
	Session    *room.Session    `json:"session"`
	Round      *room.Round      `json:"round"`
	Middle     *room.Middle     `json:"middle"`
	Attendance *room.Attendance `json:"attendance"`
	Media      *room.MediaState `json:"media"`
	Waiting    []room.Guest     `json:"waiting"`
	Removed    []room.Out       `json:"removed"`
	Nodes      []string         `json:"nodes"`
}

// take applies one frame to the state and hands answers to who waits for them.
func (c *Client) take(raw []byte) {
	var e event
	_ = json.Unmarshal(raw, &e) // a frame that is not of the protocol changes nothing
	c.mu.Lock()
	if c.state.record {
		c.state.frames = append(c.state.frames, raw)
	}
	c.state.apply(&e, raw)
	c.mark(&e)
	answers := c.answered(&e)
	c.mu.Unlock()
	for _, answer := range answers {
		select {
		case answer <- raw:
		default: // answered already
		}
	}
	c.wake()
}

// mark notes what becomes of the room. The caller holds mu.
func (c *Client) mark(e *event) {
	switch {
	case e.Type == "move":
		shut(c.moved)
	case e.Type == "settled", e.Type == "welcome" && c.state.welcome.Settled:
		shut(c.settled)
	}
}

// shut closes a channel once. Its callers take turns.
func shut(done chan struct{}) {
	select {
	case <-done:
	default:
		close(done)
	}
}

// answered are the commands that a frame answers. The caller holds mu.
func (c *Client) answered(e *event) []chan []byte {
	switch e.Type {
	case "ok", "error", "welcome":
		if answer := c.waiting[e.ID]; answer != nil {
			return []chan []byte{answer}
		}
	case "bye":
		return slices.Collect(maps.Values(c.waiting))
	}
	return nil
}

func (s *state) apply(e *event, raw []byte) {
	if e.Seq > 0 {
		s.last = e.Seq
	}
	switch e.Type {
	case "welcome":
		_ = json.Unmarshal(raw, &s.welcome)
		s.ticket, s.last = e.Ticket, e.Seq
		if e.View != nil {
			s.view = *e.View
		}
	case "view":
		if e.View != nil {
			s.view = *e.View
		}
	case "you":
		if e.You != nil {
			s.view.You = *e.You
		}
	case "room":
		if e.Room != nil {
			s.view.Room = *e.Room
		}
	case "seat":
		s.seat(e.Seat)
	case "unseat":
		var n int
		_ = json.Unmarshal(e.Seat, &n)
		s.view.Seats = without(s.view.Seats, n)
	case "waiting":
		s.view.Waiting = e.Waiting
	case "removed":
		s.view.Removed = e.Removed
	case "session":
		s.view.Session = e.Session
	case "round":
		s.view.Round = e.Round
	case "middle":
		s.view.Middle = e.Middle
	case "text":
		var t room.Text
		if json.Unmarshal(raw, &t) == nil {
			s.texts = append(s.texts[max(0, len(s.texts)-maxTexts+1):], t)
		}
	case "nodes": // one that is away now may be up when it is needed
		for _, o := range e.Nodes {
			if !slices.Contains(s.welcome.Nodes, o) {
				s.welcome.Nodes = append(slices.Clip(s.welcome.Nodes), o)
			}
		}
	case "attendance":
		s.view.Attendance = e.Attendance
	case "media":
		if e.Media != nil {
			s.view.Media = *e.Media
		}
	case "ticket":
		s.ticket = e.Ticket
	case "bye":
		s.bye = e.Code
	}
}

// seat replaces one seat and keeps the seat order.
func (s *state) seat(raw json.RawMessage) {
	var seat room.Seat
	if json.Unmarshal(raw, &seat) != nil {
		return
	}
	seats := append(without(s.view.Seats, seat.Seat), seat)
	slices.SortFunc(seats, func(a, b room.Seat) int { return a.Seat - b.Seat })
	s.view.Seats = seats
}

func without(seats []room.Seat, n int) []room.Seat {
	kept := make([]room.Seat, 0, len(seats)+1)
	for _, s := range seats {
		if s.Seat != n {
			kept = append(kept, s)
		}
	}
	return kept
}

// maxTexts is how many relayed texts a client remembers.
const maxTexts = 64

// Texts are the latest texts that were relayed to this socket.
func (c *Client) Texts() []room.Text {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.state.texts)
}

// View is the present view.
func (c *Client) View() room.View {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state.view
}

// Welcome is the answer to hello.
func (c *Client) Welcome() Welcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state.welcome
}

// Resume is what to say hello with after this socket.
func (c *Client) Resume() Hello {
	c.sendMu.Lock()
	lastID := c.lastID
	c.sendMu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	return Hello{Resume: c.state.ticket, Last: c.state.last, LastID: lastID, Silence: c.silence, view: c.state.view}
}

// Bye is the final code, or "".
func (c *Client) Bye() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state.bye
}

// CloseCode is the WebSocket close code once the socket is closed, or 0.
func (c *Client) CloseCode() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state.close
}

// Done is closed when the socket has ended.
func (c *Client) Done() <-chan struct{} { return c.done }

// Frames are all frames received so far, where Hello.Record asked for them.
func (c *Client) Frames() [][]byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.state.frames)
}

// Until waits until the view satisfies ok.
func (c *Client) Until(ctx context.Context, ok func(room.View) bool) error {
	for {
		c.mu.Lock()
		view, changed := c.state.view, c.changed
		c.mu.Unlock()
		if ok(view) {
			return nil
		}
		select {
		case <-changed:
		case <-c.done:
			if ok(c.View()) {
				return nil
			}
			return ErrClosed
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
