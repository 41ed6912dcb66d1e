package room

import (
	"context"
	"errors"
	"time"
)

// Subject is an opaque person within one room: the keyed hash of an
// invitation's issuer, room and sub, as 32 lower-case hex digits. The same
// person has different subjects in different rooms.
type Subject string

// Role is what an invitation lets its holder be.
type Role uint8

// The roles. The zero value is no role at all.
const (
	Patient Role = iota + 1
	Facilitator
	Support // interpreter or captioner: seated and seen, outside the patient cap
	Host    // technical host: helps at the door, without a seat and without media (S-6)
)

// Grant is what the packet path may do for one peer. The zero value with
// Seat -1 shuts it both ways.
type Grant struct {
	Seat    int  // whose m-lines carry this peer's media to the others; -1 for none
	Audio   bool // the microphone is forwarded
	Video   bool // the camera is forwarded
	Slide   bool // the spare video is forwarded (facilitators)
	Receive bool // the circle's media is sent to this peer
	Lead    bool // a facilitator: shown before others where bandwidth is short
	Room    int  // media flows among peers of the same number: 0 for the circle
}

// NoGrant shuts the packet path both ways.
var NoGrant = Grant{Seat: -1}

// Media makes the packet path of rooms. It is implemented by room/sfu.
type Media interface {
	// Circle opens the packet path of one room with the given number of seats.
	Circle(seats int) Circle
}

// Circle is the packet path of one room. Safe for concurrent use.
type Circle interface {
	// Connect answers a browser's offer and returns the peer with everything
	// shut (NoGrant). A refused offer returns ErrBadOffer and leaves nothing.
	// changed is called, on any goroutine, whenever Peer.Media gives something
	// new, and when Peer.Connected does; it returns at once.
	Connect(ctx context.Context, offer string, changed func()) (p Peer, answer string, err error)
	// Close ends all peers and returns at once; the teardown goes on behind it.
	Close()
}

// Peer is the packet path of one participant. Safe for concurrent use.
type Peer interface {
	// Allow replaces the grant. It is effective on the next packet, in both
	// directions, and never blocks.
	Allow(Grant)
	// Restart answers an ICE restart of the same PeerConnection.
	Restart(ctx context.Context, offer string) (answer string, err error)
	// Media is what the page has to know of its media now. It never blocks.
	Media() MediaState
	// Connected says whether packets can come and go now: ICE has a path and DTLS
	// is up (RFC 8445, RFC 5764). It never blocks.
	Connected() bool
	// Watch replaces the viewer's wish; seats are distinct and of the circle. It
	// never blocks.
	Watch(Wish)
	// Close shuts the path at once; the teardown goes on behind it. Idempotent.
	Close()
}

// Caps are the sizes of the room, per class. Patients is at most 15.
type Caps struct {
	Patients, Facilitators, Support int
}

// Seats is the number of seats in the circle, at most 20.
func (c Caps) Seats() int { return c.Patients + c.Facilitators + c.Support }

// Of is the cap of one class.
func (c Caps) Of(r Role) int {
	switch r {
	case Patient:
		return c.Patients
	case Facilitator:
		return c.Facilitators
	case Support:
		return c.Support
	}
	return 0
}

// SeatRecord is what Redis remembers of one taken seat. Nothing in it names
// anybody.
type SeatRecord struct {
	Subject    Subject
	Role       Role
	Number     int    // seat number, 0 to Caps.Seats()-1
	Generation uint64 // of the participant in the seat; a later one replaces it
	Away       bool   // true while in reconnect grace or stepped out: expires later
	Out        bool   // stepped out: the seat is kept, the person is in the waiting room
}

// Hold is what a facilitator has switched off for one person. It follows the
// person through leaving, reconnecting and the death of a node.
type Hold struct {
	Mic, Video bool
}

// Record is everything that must survive the owner of a room.
type Record struct {
	Seats   []SeatRecord
	Holds   map[Subject]Hold
	Removed map[Subject]time.Time // until when
	Session map[Subject]bool      // of Removed: for the session only, whose end shortens them
	Last    map[Subject]bool      // whose last session this is: their access ends with it (M-W1)
	Locked  bool
	Paused  bool
	// Ended is the last generation of a session that was ended for everyone
	// lately: tickets up to it are good no more. 0 for none.
	Ended uint64
	Flow  FlowRecord
	Round RoundRecord
}

// FlowRecord is where a session stands; At is "" where none has opened.
type FlowRecord struct {
	At     Step
	Order  []Step // as ValidSteps wants it
	Length int    // minutes
	Door   int    // minutes until the door closes by itself; 0 for never, or not any more
	Shared bool
	Opened int64 // Unix ms
	Began  int64 // Unix ms; 0 before the first step
}

// Presence says who owns a room, and remembers what must survive the owner.
// It is implemented by room/presence on Redis. Safe for concurrent use.
type Presence interface {
	// Claim makes this node the owner of the room and returns what is
	// remembered of it. ErrOwned (an Owned) while another node holds the lease,
	// ErrUnavailable while Redis does not answer.
	Claim(ctx context.Context, room string) (Lease, Record, error)
}

// Lease is the ownership of one room, fenced by its epoch: after another node
// has taken the room over, no call changes anything, and every one but Touch
// returns ErrStale.
// All calls return ErrUnavailable while Redis does not answer. Safe for
// concurrent use.
type Lease interface {
	// Epoch is the fencing token: larger for every later owner of the room.
	Epoch() uint64
	// Seat takes a seat if its class has room and its number is free, atomically
	// with the cap. A subject that holds a seat already keeps it and updates it.
	// ErrFull, ErrTaken (the number), ErrRemoved.
	Seat(ctx context.Context, s SeatRecord, caps Caps) error
	// Renew extends the lease and replaces seats, holds and flags by those of
	// the record in one step; removals are only ever added. It also restores
	// them when Redis has lost its data.
	Renew(ctx context.Context, r Record) error
	// Touch extends the lease without its record, where the store shows both as
	// the last Renew has left them, as far as it can tell at a glance. It is not
	// intact, without an error, and changes nothing where the store does not, and
	// after a single call that failed; and every 10 s, for what lives longer than
	// the lease and what a glance does not see. A Renew mends it then, or tells
	// that the lease is lost.
	Touch(ctx context.Context) (intact bool, err error)
	// Remove keeps a subject out until the time given.
	Remove(ctx context.Context, s Subject, until time.Time) error
	// Lift ends a removal.
	Lift(ctx context.Context, s Subject) error
	// Release gives the room up and leaves its record for the next owner.
	Release(ctx context.Context) error
	// End gives the room up and deletes its record, except removals. Unless it
	// is 0, ended is remembered for some minutes as Record.Ended.
	End(ctx context.Context, ended uint64) error
}

// Owned is who owns a room, and the error of Claim while that is another node:
// ErrOwned to errors.Is, whose text it has, so that no address gets into a log.
// The zero value is nobody.
type Owned struct {
	Node  string // id of the owner
	URL   string // where other nodes reach it; see Node.URL
	Epoch uint64 // of its lease; 0 where it is not known
}

// Error is the text of ErrOwned.
func (Owned) Error() string { return ErrOwned.Error() }

// Is makes Owned match ErrOwned.
func (Owned) Is(target error) bool { return target == ErrOwned }

// Errors of the ports.
var (
	ErrOwned       = errors.New("room: owned by another node")
	ErrUnavailable = errors.New("room: presence store unavailable")
	ErrStale       = errors.New("room: lease lost to another owner")
	ErrTaken       = errors.New("room: seat number taken")
	// ErrFull and ErrRemoved are refusals as well; see command.go.
	ErrBadOffer = errors.New("room: offer refused")
)
