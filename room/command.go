package room

import "time"

// ID is one visit of a person on one device: the participant's name inside the
// room and in the waiting list; to the circle a person is a seat. It is a random
// positive number below 2^31, so that nobody who waits can count the others by
// their own (M-A8).
type ID int

// Person is what a verified invitation says of somebody.
type Person struct {
	Subject Subject
	Role    Role
	Ref     string    // the clinic's reference; shown to facilitators only
	First   bool      // the clinic says this is the person's first time
	Last    bool      // the clinic says this is the person's last time; patients only (M-W1)
	Seat    int       // wished seat number, -1 for none
	Closed  bool      // a facilitator's invitation closes the group ...
	Roster  []Subject // ... to these subjects (none: to those whose own closed invitation lists them)
	Cap     int       // a facilitator's invitation may lower the patient cap; 0 keeps it
}

// Seal is what a resume ticket says of a participant; it lets any owner of the
// room rebuild the seat.
type Seal struct {
	Name string // "" before the knock
	Seat int    // -1 while not seated
	Gen  uint64 // generation of the participant; a smaller one than the room's is refused
}

// Switches are what a person may set about themself; nil leaves one as it is.
type Switches struct {
	Mic, Camera, Hand, Away *bool
}

// Command is one thing that somebody asks of the room, or that happens to it.
// By is always the asking participant; the server takes it from the link, never
// from the wire. Every command is checked against the role at the time it is
// applied.
type Command interface {
	by() ID        // who asks; 0 for what happens by itself
	as(ID) Command // the same command, asked by somebody else
}

// What anybody may ask.
type (
	// Knock asks to come in under a pseudonym. A patient goes to the waiting
	// room, a facilitator to a seat.
	Knock struct {
		By     ID
		Name   string
		Camera bool
	}
	// Set changes one's own switches. A held microphone or camera stays off.
	Set struct {
		By ID
		Switches
	}
	// AskVideo asks the facilitators to give a stopped camera back.
	AskVideo struct{ By ID }
	// Rename asks for another pseudonym. Before admission it is free; after, a
	// facilitator must approve that very name.
	Rename struct {
		By   ID
		Name string
	}
	// Leave gives up the seat, or the place in the waiting room.
	Leave struct {
		By    ID
		Quick bool // by "Leave quickly"
	}
)

// What only a seated facilitator may ask.
type (
	// Admit lets somebody in from the waiting room, or back in after stepping out.
	Admit struct{ By, Guest ID }
	// AdmitAll admits everybody who waits, in order, as far as there are seats.
	AdmitAll struct{ By ID }
	// Decline sends somebody in the waiting room away kindly, for today.
	Decline struct {
		By, Guest ID
		Reason    string // one of the presets for somebody who has to go
	}
	// Mute turns microphones off; Seat -1 means every patient. With Hold the
	// person cannot turn it on again until Release.
	Mute struct {
		By     ID
		Seat   int
		Hold   bool
		Reason string
	}
	// StopVideo turns a camera off until Release.
	StopVideo struct {
		By     ID
		Seat   int
		Reason string
	}
	// Release ends holds. It turns nothing on: only its owner can (M-C7).
	// Seat -1 means every patient.
	Release struct {
		By         ID
		Seat       int
		Mic, Video bool
	}
	// LowerHand lowers somebody's raised hand.
	LowerHand struct {
		By   ID
		Seat int
	}
	// StepOut moves a person to the waiting room; the seat is kept.
	StepOut struct {
		By     ID
		Seat   int
		Reason string
	}
	// Remove ends a person's part now, from a seat or from the waiting room
	// (Guest set, Seat -1): for this session, or with Group for the group.
	Remove struct {
		By     ID
		Seat   int
		Guest  ID
		Group  bool
		Reason string // one of the presets for somebody who has to go
	}
	// Lift ends the removal of a person removed in this session, by its ID.
	Lift struct{ By, Who ID }
	// AnswerRename allows or refuses the rename somebody asked for.
	AnswerRename struct {
		By    ID
		Seat  int
		Allow bool
	}
	// Lock closes or opens the door to newcomers.
	Lock struct {
		By     ID
		Locked bool
	}
	// Pause stops every patient's sound and picture, or lets them go on.
	Pause struct {
		By     ID
		Paused bool
	}
	// End ends the session for everyone.
	End struct{ By ID }
	// Invite only asks whether By may make invitations now.
	Invite struct {
		By   ID
		Role Role
	}
)

// Reason presets a facilitator may give with a mute, a stopped picture or a
// step out; "" gives none. The page owns their sentences (NEEDS 5.6).
const (
	ReasonNoise = "noise"
	ReasonView  = "view"
	ReasonTalk  = "talk"
)

// Reason presets for somebody who is removed or declined (S-22).
const (
	ReasonCall  = "call_us" // to be talked about with the clinic
	ReasonRules = "rules"   // the group's rules
)

// ValidParting says whether a reason is a preset for somebody who has to go, or
// none.
func ValidParting(r string) bool { return r == "" || r == ReasonCall || r == ReasonRules }

// Refusal is the answer to a command that the rules do not allow. Its text is
// the stable code that goes over the wire.
type Refusal string

// Error returns the code.
func (r Refusal) Error() string { return string(r) }

// The refusals. Nothing has changed when one is returned, except that with
// ErrNameFixed the wish is noted and shown to the facilitators.
const (
	ErrNotAllowed    Refusal = "not_allowed"    // the role may not do this, or not now
	ErrNoSuchSeat    Refusal = "no_such_seat"   // nobody sits there
	ErrNoSuchGuest   Refusal = "no_such_guest"  // nobody waits under that number
	ErrFull          Refusal = "full"           // the cap of the class is reached
	ErrWaitingFull   Refusal = "waiting_full"   // the waiting room is full
	ErrRemoved       Refusal = "removed"        // removed for the session or the group
	ErrDeclined      Refusal = "declined"       // a facilitator declined the knock, for today
	ErrNotOnRoster   Refusal = "not_on_roster"  // a closed group without this person
	ErrNameInvalid   Refusal = "name_invalid"   // not usable as a pseudonym
	ErrNamePersonal  Refusal = "name_personal"  // looks like an e-mail address, number or URL
	ErrNameTaken     Refusal = "name_taken"     // somebody in the room looks the same
	ErrNameFixed     Refusal = "name_fixed"     // asked for; waits for a facilitator's OK
	ErrHeld          Refusal = "held"           // a facilitator holds it off
	ErrNoFacilitator Refusal = "no_facilitator" // nothing starts without one
	ErrEnded         Refusal = "ended"          // the session is over
	ErrBusy          Refusal = "busy"           // the room has too much to do; try again
	ErrGone          Refusal = "gone"           // the participant has left this room, or the ticket is outdated
	ErrMoved         Refusal = "moved"          // the person went on, on another device
	ErrOutOfRange    Refusal = "out_of_range"   // a number beyond what the rules allow
	ErrTextInvalid   Refusal = "text_invalid"   // nothing legible, or too long
	ErrNoPeer        Refusal = "no_peer"        // an ICE restart without a PeerConnection
)

// Bye is why a participant's part ended, as told to their link; final.
type Bye string

// The reasons.
const (
	ByeLeft        Bye = "left"
	ByeFarewell    Bye = "farewell" // the group said goodbye: their last session
	ByeRemoved     Bye = "removed"
	ByeDeclined    Bye = "declined"
	ByeEnded       Bye = "ended"
	ByeMoved       Bye = "moved"
	ByeNotOnRoster Bye = "not_on_roster"
	ByeFull        Bye = "full"
	ByeLost        Bye = "lost"    // grace ran out
	ByeElsewhere   Bye = "retry"   // the room moved to another owner: connect again
	ByeTimeout     Bye = "timeout" // never knocked
)

// Settings are the rules an operator sets for all rooms of a server.
type Settings struct {
	Caps      Caps
	Waiting   int           // places in the waiting room, at most 50
	Grace     time.Duration // a lost participant's seat is kept this long (120 s)
	HoldClose time.Duration // a room without a facilitator closes after this (15 min)
	Length    time.Duration // planned for a session, 15 to 120 min (0: 90 min); facilitators may change it
	Door      time.Duration // the door closes this long after the start, at most 120 min (0: never)
	HideQuick bool          // facilitators read "left" where somebody left quickly (S-23)
	Removal   time.Duration // how long a removal for the group lasts (90 d, 1 to 180 d; 0: as one for the session)
}
