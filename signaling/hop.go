package signaling

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"hearth/room"
)

// hopProtocol is the sub-protocol between nodes; hop.Protocol is the same.
const hopProtocol = "hearth.hop.1"

// maxLooks is how often a hello is brought somewhere before its client is asked
// to come again: once, and three times more.
const maxLooks = 4

// errElsewhere is the answer of a node that does not have the room.
var errElsewhere = errors.New("signaling: the room is elsewhere")

// errNowhere is the end of looking for a room's owner.
var errNowhere = errors.New("signaling: no owner found")

// arrival is a hello whose bearer is known, on its way to the room.
type arrival struct {
	conn  *conn
	hello *helloMessage
	raw   []byte // the frame as it came
	pass  *pass
	seal  *room.Seal // nil for an invitation
}

// admit brings a hello to its room: here, or to the node that has it. One of
// link and leg is not nil when it succeeds. What has come over a hop already
// goes no further.
func (s *Server) admit(ctx context.Context, a *arrival) (*link, *leg, error) {
	if a.conn.hopped {
		l, err := s.enter(ctx, a)
		if errors.Is(err, room.ErrOwned) || errors.Is(err, room.ErrUnavailable) {
			err = errElsewhere
		}
		return l, nil, err
	}
	at, err := s.find(ctx, a.pass)
	for look := 0; err == nil && look < maxLooks; look++ {
		if look > 0 {
			s.count.count(func(n *Stats) { n.HopLooks++ })
		}
		l, g, failure := s.attempt(ctx, a, at)
		if failure == nil {
			return l, g, nil
		}
		at, err = s.next(ctx, a.pass, look, at, failure)
	}
	if err == nil {
		err = errNowhere
	}
	return nil, nil, err
}

// attempt brings a hello to one node.
func (s *Server) attempt(ctx context.Context, a *arrival, at room.Owned) (*link, *leg, error) {
	if at.URL == "" {
		l, err := s.enter(ctx, a)
		return l, nil, err
	}
	g, err := s.hop(ctx, a, at.URL)
	return nil, g, err
}

// next is where a hello goes after an attempt that failed, or the attempt's own
// error when looking further is of no use. Whoever lost the race for a room is
// told who won it. An owner that cannot be reached may be dead, which claiming
// the room here finds out. A node that cannot have the room, this one too when
// it drains, sends on.
func (s *Server) next(ctx context.Context, p *pass, look int, at room.Owned, err error) (room.Owned, error) {
	var owned room.Owned
	switch {
	case errors.As(err, &owned) && owned.URL != "" && s.cfg.Cluster != nil:
		return owned, nil
	case s.cfg.Cluster != nil && (errors.Is(err, errElsewhere) || errors.Is(err, room.ErrUnavailable)):
	case at.URL == "":
		return at, err
	default:
		return room.Owned{}, nil
	}
	select {
	case <-time.After(50 * time.Millisecond << look):
		return s.find(ctx, p)
	case <-ctx.Done():
		return at, ctx.Err()
	}
}

// find says which node a hello belongs to; the zero value is this one. Links
// and rooms that are live here ask nobody.
func (s *Server) find(ctx context.Context, p *pass) (room.Owned, error) {
	if s.cfg.Cluster == nil || s.links.live(p.Link) {
		return room.Owned{}, nil
	}
	if _, mine := s.cfg.Owns(p.Room); mine {
		return room.Owned{}, nil
	}
	return s.cfg.Cluster.Find(ctx, p.Room)
}

// hop brings a hello to another node and waits for the first answer. Both that
// and the leg end when the cluster finds the node dead.
func (s *Server) hop(ctx context.Context, a *arrival, node string) (g *leg, err error) {
	life, leave := s.legs.enter(s.ctx, node)
	defer func() {
		if err != nil {
			leave()
		}
	}()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(life, stop)()
	ws, err := s.cfg.Hops.Dial(ctx, node)
	if err != nil {
		s.hopFailed(life, "dial")
		return nil, err
	}
	g = newLeg(ws, s.cfg.Limits, life, leave)
	if err = g.start(ctx, a.raw); err == nil {
		g.first, err = outerWelcome(g.first, s.nodes.others())
	}
	switch {
	case err == nil:
		return g, nil
	case errors.Is(err, errElsewhere):
		s.count.hopFailed("elsewhere")
	case errors.Is(err, errMalformed):
		s.count.hopFailed("garbage")
	default:
		s.hopFailed(life, "lost")
	}
	g.end()
	return nil, err
}

// hopFailed counts a way to a node that has come to nothing; as "dead" where
// that was the cluster's word.
func (s *Server) hopFailed(life context.Context, why string) {
	if life.Err() != nil && s.ctx.Err() == nil {
		why = "dead"
	}
	s.count.hopFailed(why)
}

// Dead says that the node at an internal URL certainly serves no room any more.
// Hellos that wait for it look further at once, and clients whose sockets were
// carried there are told to come back. It never blocks.
func (s *Server) Dead(node string) { s.legs.cut(node) }

// Stranded tells everybody who is connected here to try other servers first:
// this one is cut off from them, and forwards nothing. Links and rooms stay, and
// whoever finds no server that does better comes back. It never blocks.
func (s *Server) Stranded() { s.conns.dismiss(closeDrain) }

// Internal serves GET /hop to other nodes: sockets whose clients these hold. It
// is for package hop's listener alone, which lets in nobody else. Tokens and
// tickets are verified as on any socket; origins and addresses were the outer
// node's to look at.
func (s *Server) Internal() http.Handler { return http.HandlerFunc(s.inner) }

var hopUpgrader = websocket.Upgrader{
	Subprotocols: []string{hopProtocol},
	CheckOrigin:  func(r *http.Request) bool { return r.Header.Get("Origin") == "" }, // no browser comes this way
	Error: func(w http.ResponseWriter, _ *http.Request, status int, _ error) {
		plain(w, status)
	},
}

func (s *Server) inner(w http.ResponseWriter, r *http.Request) {
	if !slices.Contains(websocket.Subprotocols(r), hopProtocol) {
		s.turn(w, http.StatusBadRequest, "hop")
		return
	}
	ws, err := hopUpgrader.Upgrade(w, r, nil)
	if err != nil {
		s.count.turned("hop")
		return // answered by the upgrader
	}
	// What the outer node let through in its time may come here in less.
	limits := s.cfg.Limits
	limits.Rate, limits.Burst = 2*limits.Rate, 2*limits.Burst
	c := newConn(ws, limits, s.count)
	c.hopped = true
	s.count.count(func(n *Stats) { n.HopsIn++ })
	defer s.count.count(func(n *Stats) { n.HopsIn-- })
	s.serve(c, unlimited{})
}
