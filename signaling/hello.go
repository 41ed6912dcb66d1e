package signaling

import (
	"context"
	"crypto/rand"
	"errors"
	"math"
	"time"

	"hearth/room"
	"hearth/signaling/token"
)

// revocationWait bounds the question whether an invitation was called back.
const revocationWait = 500 * time.Millisecond

// waitError is a refusal for a while.
type waitError struct{ wait time.Duration }

// Error returns the code.
func (waitError) Error() string { return codeRetry }

// greet reads hello and attaches the socket to its link, or finds the leg to
// where that is; neither when the client was refused.
func (s *Server) greet(c *conn, from visitor) (*link, *leg) {
	h, raw, code := s.readHello(c)
	if code != "" {
		c.fail(failure(0, code))
		return nil, nil
	}
	if h == nil {
		return nil, nil // gone before saying anything
	}
	if h.V != protocolVersion {
		c.fail(failure(h.ID, codeVersion))
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(s.ctx, s.cfg.Limits.CommandWait)
	defer cancel()
	l, g, err := s.welcome(ctx, cancel, c, h, raw, from)
	switch {
	case errors.Is(ctx.Err(), context.Canceled) && err != nil:
		c.out.finish(closeRetry) // gone meanwhile, or the server ends
	case errors.Is(err, errElsewhere):
		c.out.finish(closeElsewhere)
	case err != nil:
		c.fail(s.refusalOf(h.ID, err))
	}
	return l, g
}

// readHello is the first frame, read and as it came, or the code of what is
// wrong with it.
func (s *Server) readHello(c *conn) (*helloMessage, []byte, string) {
	c.deadline(s.cfg.Limits.HelloWait)
	raw, err := c.read(maxHello)
	switch {
	case errors.Is(err, errTooLarge):
		return nil, nil, codeTooLarge
	case errors.Is(err, errBinary):
		return nil, nil, codeBadMessage
	case errors.Is(err, errFlood):
		return nil, nil, codeFlood
	case timedOut(err):
		return nil, nil, codeHelloExpected
	case err != nil:
		return nil, nil, ""
	}
	m, err := decode(raw)
	if err != nil {
		return nil, nil, codeBadMessage
	}
	h, ok := m.(*helloMessage)
	if !ok {
		return nil, nil, codeHelloExpected
	}
	return h, raw, ""
}

// welcome says who a hello comes from and brings it to its room. gone is called
// when the client does not wait for it.
func (s *Server) welcome(ctx context.Context, gone func(), c *conn, h *helloMessage, raw []byte, from visitor) (*link, *leg, error) {
	p, seal, err := s.identify(ctx, h, from)
	if err != nil {
		return nil, nil, err
	}
	from.leave()
	c.known = true
	c.alive() // the time for hello is over; the room may take its own
	c.readAhead(gone)
	return s.admit(ctx, &arrival{conn: c, hello: h, raw: raw, pass: p, seal: seal})
}

// enter finds or makes the link of a hello on this node and attaches the socket
// to it.
func (s *Server) enter(ctx context.Context, a *arrival) (*link, error) {
	c, h, p, seal := a.conn, a.hello, a.pass, a.seal
	if !s.links.live(p.Link) { // who is here needs no invitation any more, and no store
		switch {
		case seal != nil && p.late(s.now()):
			return nil, refusal(codeExpired)
		case s.revoked(ctx, p):
			return nil, refusal(codeInvalid)
		}
	}
	l, mine := s.links.claim(newLink(s, *p))
	if mine {
		l.enter(ctx, seal)
	}
	if err := l.ready(ctx); err != nil {
		if mine {
			l.abandon()
		}
		return nil, err
	}
	if err := ctx.Err(); err != nil { // never takes a link for a client that has gone
		if mine {
			l.abandon()
		}
		return nil, err
	}
	if err := l.attach(c, h, p.Run); err != nil {
		return nil, err
	}
	s.count.count(func(n *Stats) {
		n.Welcomes++
		if !mine {
			n.Resumes++
		}
	})
	s.cfg.Log.Debug("link attached", "role", l.pass.Role.String(), "resumed", !mine)
	return l, nil
}

// identify says who a hello comes from: by an invitation, or by a ticket, which
// also says where they were.
func (s *Server) identify(ctx context.Context, h *helloMessage, from visitor) (*pass, *room.Seal, error) {
	if h.Token != "" {
		p, err := s.byToken(ctx, h.Token, from)
		return p, nil, err
	}
	p, err := s.tickets.open(h.Resume)
	switch {
	case err != nil:
		return nil, nil, forged(from, refusal(codeInvalid))
	case s.now().Unix() >= p.Ends:
		return nil, nil, refusal(codeExpired)
	}
	return p, p.seal(), nil
}

// byToken looks at the token before the address: a clinic, a mobile network or
// a whole town may share one, and whoever guesses there shall not lock out those
// who were invited.
func (s *Server) byToken(ctx context.Context, raw string, from visitor) (*pass, error) {
	claims, err := s.cfg.Verifier.Verify(ctx, raw)
	if err != nil {
		if errors.Is(err, token.ErrInvalid) {
			err = forged(from, err)
		}
		return nil, err
	}
	if wait, ok := from.join(); !ok {
		return nil, waitError{wait}
	}
	return s.passOf(claims)
}

// forged counts a token or ticket that is not genuine, and is what its bearer
// hears: after too many of them, to wait.
func forged(from visitor, err error) error {
	if wait := from.wait(); wait > 0 {
		return waitError{wait}
	}
	from.failed()
	return err
}

// passOf is what a fresh link remembers of an invitation.
func (s *Server) passOf(c token.Claims) (*pass, error) {
	role, err := room.ParseRole(c.Role)
	if err != nil {
		return nil, refusal(codeInvalid)
	}
	p := &pass{
		Link: rand.Text(), Room: c.Room, Subject: s.subjects.Of(c.Issuer, c.Room, c.Subject),
		Role: role, Ref: c.Ref, First: c.First, Last: c.Last, Wish: c.Seat, Closed: c.Group == token.GroupClosed,
		Cap: c.Cap, Suggest: c.Name, Issuer: c.Issuer, Token: c.ID,
		Ends: s.now().Add(ticketLife).Unix(), Invited: c.Expires.Unix(), Seat: -1,
	}
	for _, sub := range c.Roster {
		p.Roster = append(p.Roster, s.subjects.Of(c.Issuer, c.Room, sub))
	}
	return p, nil
}

// revoked asks whether the person's invitation was called back. While nobody
// can tell, people are let in: a session must not depend on the store, and the
// facilitator still decides about everybody who waits.
func (s *Server) revoked(ctx context.Context, p *pass) bool {
	if s.cfg.Revocations == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, revocationWait)
	defer cancel()
	yes, err := s.cfg.Revocations.Revoked(ctx, p.revocable()...)
	if err != nil {
		s.unexpected("revocations not read", err)
	}
	return yes && err == nil
}

// refusalOf is the answer to a hello that is refused.
func (s *Server) refusalOf(id int64, err error) errorReply {
	code := helloCodeOf(err)
	e := failure(id, code)
	var w waitError
	switch {
	case errors.As(err, &w):
		e.After = int(math.Ceil(w.wait.Seconds()))
	case code == codeRetry:
		s.unexpected("hello not answered", err)
	}
	return e
}
