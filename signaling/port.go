package signaling

import (
	"context"

	"github.com/gorilla/websocket"

	"hearth/room"
	"hearth/signaling/token"
)

// Rooms lets people into rooms. Safe for concurrent use. Entering adapts the
// one of package room.
type Rooms interface {
	// Enter makes a participant of a person; a non-nil seal rebuilds the one a
	// resume ticket speaks of. The link is shown a first view. It fails with a
	// room.Refusal, room.ErrOwned or room.ErrUnavailable.
	Enter(ctx context.Context, roomID string, p room.Person, s *room.Seal, l room.Link) (Participant, error)
}

// Participant is one person's part in a room. Safe for concurrent use.
type Participant interface {
	// ID is the participant's number in the room.
	ID() room.ID
	// Seats is the number of seats of the circle.
	Seats() int
	// Do asks for a command and returns nil or the refusal.
	Do(ctx context.Context, c room.Command) error
	// Connect answers an offer for a new PeerConnection.
	Connect(ctx context.Context, offer string) (answer string, err error)
	// Restart answers an ICE restart of the present PeerConnection.
	Restart(ctx context.Context, offer string) (answer string, err error)
	// Watch replaces the viewer's wish, which the room keeps for later
	// PeerConnections too.
	Watch(ctx context.Context, w room.Wish) error
	// Lost says that the participant's socket is gone.
	Lost()
	// Back says that it is there again; the link is shown the present view. An
	// error says that the part has ended, which the link has heard already.
	Back(room.Link) error
}

// Verifier checks invitations. Its errors are those of package token. Safe for
// concurrent use.
type Verifier interface {
	Verify(ctx context.Context, raw string) (token.Claims, error)
}

// Minter signs invitations. Safe for concurrent use.
type Minter interface {
	Mint(token.Claims) (string, error)
}

// Revocations knows which invitations were called back. The ids are "jti:" and
// a token's id, "sub:" and a subject, "iss:" and an issuer. Safe for concurrent
// use.
type Revocations interface {
	Revoked(ctx context.Context, ids ...string) (bool, error)
}

// Relay lends ways through closed networks (TURN, RFC 8656). Safe for concurrent
// use; it must not wait for anything.
type Relay interface {
	// Grant makes credentials for one link. They work until revoke is called,
	// which is done exactly once.
	Grant() (servers []ICEServer, revoke func(), err error)
}

// Cluster knows the other nodes. Safe for concurrent use.
type Cluster interface {
	// Find says where a hello for a room has to go: to its owner, or where a room
	// that nobody owns should open. The zero value is this node.
	Find(ctx context.Context, room string) (room.Owned, error)
	// Origins are the public origins of the other nodes that are ready. It never
	// waits.
	Origins() []string
}

// Hops reaches other nodes by their internal URLs. Safe for concurrent use. It
// is implemented by hop.Client.
type Hops interface {
	// Dial opens a WebSocket to a node's GET /hop.
	Dial(ctx context.Context, node string) (*websocket.Conn, error)
}

// ICEServer is one entry of RTCConfiguration.iceServers as a browser takes it.
type ICEServer struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username"`
	Credential string   `json:"credential"`
}

// entering is Rooms over a function.
type entering[P Participant] func(context.Context, string, room.Person, *room.Seal, room.Link) (P, error)

// Entering makes Rooms of a function such as (*room.Rooms).Enter, whose
// participant is of a concrete type.
func Entering[P Participant](enter func(context.Context, string, room.Person, *room.Seal, room.Link) (P, error)) Rooms {
	return entering[P](enter)
}

// Enter calls the function.
func (e entering[P]) Enter(ctx context.Context, roomID string, p room.Person, s *room.Seal, l room.Link) (Participant, error) {
	part, err := e(ctx, roomID, p, s, l)
	if err != nil {
		return nil, err // not part: a nil *P is no nil Participant
	}
	return part, nil
}
