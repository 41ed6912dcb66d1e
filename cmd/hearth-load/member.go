package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"hearth/room"
	"hearth/room/sfu/sfutest"
	"hearth/signaling/client"
)

// retryAfter is how long to wait after a refusal for a while: as long as the
// default limit of a server takes to let the next one in.
const retryAfter = time.Minute / serverJoins

// goodbye bounds the end of one session.
const goodbye = 5 * time.Second

var errDial = errors.New("the server cannot be reached")

// member is one person through all their sessions.
type member struct {
	// Static.
	load   *load
	circle *circle
	slot   int // in circle.members
	invited

	voice voice

	mu      sync.Mutex
	session *session // guarded by mu; nil while away
}

// session is one presence of a member: a socket and a PeerConnection.
type session struct {
	// Static after join.
	link  *client.Client
	media *sfutest.Participant
	ears  *listener

	seated atomic.Bool
	lost   atomic.Bool // its end is counted, or meant
}

func (m *member) now() *session {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.session
}

func (m *member) set(s *session) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.session = s
}

// join comes in, connects, is admitted and begins to speak. On an error nothing
// is left of it.
func (m *member) join(ctx context.Context) error {
	link, err := m.enter(ctx)
	if err != nil {
		return err
	}
	s := &session{link: link, ears: newListener(m.load.tally, m.circle, link.Welcome().Seats, m.load.loss/100)}
	if err := m.arrive(ctx, s); err != nil {
		m.end(s)
		return err
	}
	m.set(s)
	m.voice.speak()
	m.load.tally.joins.Add(1)
	return nil
}

// enter says hello, again where the server asks for patience.
func (m *member) enter(ctx context.Context) (*client.Client, error) {
	for {
		raw, err := m.token()
		if err != nil {
			return nil, err
		}
		link, err := client.Dial(ctx, m.load.url, client.Hello{Token: raw})
		var refused *client.Refused
		switch {
		case err == nil:
			return link, nil
		case errors.As(err, &refused):
			m.load.tally.refused.add(refused.Code)
			if refused.Code != "retry" || sleep(ctx, retryAfter) != nil {
				return nil, err
			}
		case ctx.Err() != nil:
			return nil, ctx.Err()
		default:
			return nil, errDial // its text holds the address
		}
	}
}

// arrive knocks, connects media while waiting, and takes the seat.
func (m *member) arrive(ctx context.Context, s *session) error {
	if err := m.do(ctx, s, "knock", map[string]any{
		"name": fmt.Sprintf("Load %02d", m.slot+1), "rules": s.link.Welcome().Rules, "camera": true,
	}); err != nil {
		return err
	}
	if err := m.connect(ctx, s); err != nil {
		return err
	}
	s.media.StartCamera()
	if err := m.sit(ctx, s); err != nil {
		return err
	}
	s.seated.Store(true)
	if err := m.look(ctx, s); err != nil {
		return err
	}
	if err := m.do(ctx, s, "set", map[string]any{"mic": true}); err != nil {
		return err
	}
	s.media.StartMic()
	return nil
}

// look asks for the high layer of the seats behind the own one, around the circle.
func (m *member) look(ctx context.Context, s *session) error {
	if m.load.large == 0 {
		return nil
	}
	seats, own := s.link.Welcome().Seats, s.link.View().You.Seat
	large := make([]int, 0, m.load.large)
	for i := 1; i < seats && len(large) < m.load.large; i++ {
		large = append(large, (own+i)%seats)
	}
	return m.do(ctx, s, "watch", map[string]any{"large": large, "pinned": []int{}})
}

// do sends a command; a refusal is counted.
func (m *member) do(ctx context.Context, s *session, command string, fields map[string]any) error {
	_, err := s.link.Do(ctx, command, fields)
	var refused *client.Refused
	if errors.As(err, &refused) {
		m.load.tally.refused.add(refused.Code)
	}
	return err
}

// connect makes the PeerConnection.
func (m *member) connect(ctx context.Context, s *session) (err error) {
	s.media, err = sfutest.New(sfutest.Config{
		Seats: s.link.Welcome().Seats, Tag: m.circle.base + uint32(m.slot),
		Everywhere: !loopback(m.load.url), OnPacket: s.ears.take, Downlink: m.load.downlink * 1000,
	})
	if err != nil {
		return err
	}
	if share := m.load.loss / 100; share > 0 {
		s.media.Lose(atRandom(share))
	}
	raw, err := s.link.Do(ctx, "offer", map[string]any{"sdp": s.media.Offer()})
	if err != nil {
		return err
	}
	var answer struct{ SDP string }
	if err := json.Unmarshal(raw, &answer); err != nil {
		return err
	}
	if err := s.media.Answer(answer.SDP); err != nil {
		return err
	}
	select {
	case <-s.media.Connected():
		return nil
	case <-ctx.Done():
		return errors.Join(errNoMedia, context.Cause(ctx))
	}
}

// sit takes the seat: facilitators at once, everybody else when admitted.
func (m *member) sit(ctx context.Context, s *session) error {
	if m.role == "facilitator" {
		return s.link.Until(ctx, func(v room.View) bool { return v.You.Stage == room.Seated })
	}
	return m.circle.admit(ctx, s, m.slot)
}

// leave ends the presence, if there is one: everybody but the first
// facilitator leaves, who ends the session for all. It does not mind an
// unresponsive server.
func (m *member) leave(ctx context.Context) {
	s := m.now()
	if s == nil {
		return
	}
	s.lost.Store(true) // what ends now is meant to
	m.voice.rest()
	m.set(nil)
	for _, other := range m.circle.members {
		if o := other.now(); o != nil {
			o.ears.absent(m.slot)
		}
	}
	s.ears.finish()
	ctx, cancel := context.WithTimeout(ctx, goodbye)
	defer cancel()
	command := "leave"
	if m.slot == 0 {
		command = "end"
	}
	_, _ = s.link.Do(ctx, command, nil)
	m.end(s)
}

// end closes what there is of a session and waits for it.
func (m *member) end(s *session) {
	s.link.Close()
	if s.media != nil {
		s.media.Close()
	}
}
