package token

import (
	"log/slog"
	"time"
)

// The bounds of a token.
const (
	MaxSize     = 4096 // bytes of a whole token
	MaxRoom     = 64   // characters of a room id
	MaxSubject  = 128  // characters of a sub, and of each entry of a roster
	MaxRef      = 64   // characters of a clinic reference
	MaxName     = 64   // characters of a suggested pseudonym; the room's rules for names are stricter
	MaxPolicy   = 64   // characters of a policy id
	MaxID       = 64   // characters of a jti
	MaxRoster   = 20   // members of a closed group
	MaxCap      = 15   // patients in a room
	MaxSeats    = 20   // seats of a circle, numbered from 0
	MaxKeyID    = 128  // characters of a kid
	maxAudience = 8    // entries of an aud array
)

// The roles an invitation can give.
const (
	RolePatient     = "patient"
	RoleFacilitator = "facilitator"
	RoleSupport     = "support" // interpreter or captioner
	RoleHost        = "host"    // technical host: helps at the door, without sound or picture
)

// The kinds of group.
const (
	GroupOpen   = "open"   // anybody with a valid invitation may knock
	GroupClosed = "closed" // only the members on the roster
)

// NoSeat is the Seat of an invitation that names none.
const NoSeat = -1

// Claims are what a token says, after it was checked. Nothing in it names
// anybody: Subject and Ref are opaque to us, Name is only a suggestion.
type Claims struct {
	Issuer   string // who minted it
	Audience string // this deployment
	Subject  string // opaque person id, 1-128 printable ASCII characters without a space
	Room     string // 1-64 of A-Z a-z 0-9 _ -
	Role     string // one of the roles above

	Group  string   // GroupOpen (the default) or GroupClosed
	Roster []string // subjects of a closed group, at most 20
	Cap    int      // patients in the room, 1-15; 0 for the server's default
	Name   string   // suggested pseudonym, may be empty
	Ref    string   // clinic reference, for facilitators only, may be empty
	Seat   int      // wanted seat, 0-19; NoSeat for none
	First  bool     // the person's first session in this group
	Last   bool     // the person's last session in this group: their access ends with it
	Policy string   // id of the group's policy, may be empty

	ID        string    // jti, may be empty
	NotBefore time.Time // zero when not given
	Issued    time.Time // zero when not given
	Expires   time.Time
}

// LogValue hides everything about the person and the room.
func (c Claims) LogValue() slog.Value {
	return slog.GroupValue(slog.String("role", c.Role), slog.String("group", c.Group))
}

// String hides everything about the person and the room.
func (c Claims) String() string { return "token.Claims(" + c.Role + ")" }
