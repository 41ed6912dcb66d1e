package room

// View is all that one person may know of the room, made by one function from
// the state; nothing else about the room ever reaches a link. Only Media comes
// from the packet path. Times are Unix milliseconds. The JSON is the body of the wire messages of the same names.
type View struct {
	You        You         `json:"you"`
	Room       Open        `json:"room"`
	Seats      []Seat      `json:"seats"`                // taken seats in seat order; empty before admission
	Waiting    []Guest     `json:"waiting"`              // facilitators, and hosts without the clinic's marks
	Removed    []Out       `json:"removed"`              // facilitators only
	Session    *Session    `json:"session,omitempty"`    // from admission on
	Round      *Round      `json:"round,omitempty"`      // while one goes on
	Middle     *Middle     `json:"middle,omitempty"`     // what lies there
	Attendance *Attendance `json:"attendance,omitempty"` // facilitators only
	Media      MediaState  `json:"media"`                // of one's own PeerConnection
}

// Stage is how far a participant has come.
type Stage string

// The stages.
const (
	Entered    Stage = "entered" // welcome, no name yet
	Waiting    Stage = "waiting" // in the waiting room
	Seated     Stage = "seated"
	SteppedOut Stage = "stepped_out" // in the waiting room, seat kept
	AtDoor     Stage = "door"        // a technical host who has knocked: no seat, no media
)

// You is a participant's own state.
type You struct {
	ID          ID     `json:"id"`
	Role        Role   `json:"role"`
	Stage       Stage  `json:"stage"`
	Name        string `json:"name,omitempty"`
	Seat        int    `json:"seat"` // -1 while none
	Mic         bool   `json:"mic"`
	Camera      bool   `json:"camera"`
	Hand        bool   `json:"hand"`
	Away        bool   `json:"away"`
	MicHeld     bool   `json:"mic_held"`
	VideoHeld   bool   `json:"video_held"`
	MicReason   string `json:"mic_reason,omitempty"`   // preset given with the last mute, until the mic is on again
	VideoReason string `json:"video_reason,omitempty"` // preset given with the stop, until released
	OutReason   string `json:"out_reason,omitempty"`   // preset given with the step out
	Muted       int    `json:"muted"`                  // how often a facilitator muted you: a change is news
	Rename      string `json:"rename,omitempty"`       // the name that waits for approval
	Goodbye     bool   `json:"goodbye,omitempty"`      // you asked for a moment to say goodbye
	Side        bool   `json:"side,omitempty"`         // in a side room, with the seats whose state is "side"
	Back        bool   `json:"back,omitempty"`         // outside the circle, and you asked to come back
	Support     string `json:"support,omitempty"`      // your private signal: "asked", "seen"
	Notice      string `json:"notice,omitempty"`       // preset from the facilitators, while you wait
	Late        bool   `json:"late,omitempty"`         // waiting: knocked at the locked door
}

// Phase of the room as a whole.
type Phase string

// The phases. Media flows between seats in PhaseOpen and PhaseAlone; in
// PhasePaused only facilitators and support send; in PhaseHold and
// PhaseWaiting nobody sends or receives.
const (
	PhaseWaiting Phase = "waiting" // no facilitator has come yet
	PhaseOpen    Phase = "open"
	PhasePaused  Phase = "paused"
	PhaseAlone   Phase = "alone" // the last facilitator's connection dropped; grace
	PhaseHold    Phase = "hold"  // no facilitator
)

// Open is the state of the room itself. Somebody who waits learns only whether
// the door is locked and whether a technical host is there, and never the phase.
type Open struct {
	Phase  Phase  `json:"phase,omitempty"`
	Locked bool   `json:"locked"`
	Until  int64  `json:"until,omitempty"`  // facilitators: when alone becomes hold, or hold becomes the end
	Since  int64  `json:"since,omitempty"`  // facilitators: when the session opened
	Text   bool   `json:"text,omitempty"`   // the group may write to each other
	Notice string `json:"notice,omitempty"` // facilitators and hosts: what who waits is told
	Free   int    `json:"free,omitempty"`   // facilitators and hosts: free patient seats
	Hosts  *Hosts `json:"hosts,omitempty"`  // everybody: the technical hosts at the door; never changed
}

// Seat is one taken seat as the circle sees it.
type Seat struct {
	Seat   int    `json:"seat"`
	Name   string `json:"name"`
	Role   Role   `json:"role"`
	State  string `json:"state"` // "here", "lost" (reconnecting), "stepped_out", "side" (in a side room with you)
	Mic    bool   `json:"mic"`
	Camera bool   `json:"camera"`
	Hand   int64  `json:"hand,omitempty"` // when it was raised; the queue order
	Away   bool   `json:"away"`

	// Facilitators only:
	ID        ID     `json:"id,omitempty"`
	Ref       string `json:"ref,omitempty"`
	First     bool   `json:"first,omitempty"`
	Since     int64  `json:"since,omitempty"` // since when lost or stepped out
	MicHeld   bool   `json:"mic_held,omitempty"`
	VideoHeld bool   `json:"video_held,omitempty"`
	AskVideo  bool   `json:"ask_video,omitempty"` // asks for the picture back
	Rename    string `json:"rename,omitempty"`    // asks for this name
	Last      bool   `json:"last,omitempty"`      // marked: their last session
	Goodbye   bool   `json:"goodbye,omitempty"`   // asks for a moment to say goodbye
	Side      int    `json:"side,omitempty"`      // the side room they are in
	Back      int64  `json:"back,omitempty"`      // outside, and asks to come back since
	Support   int64  `json:"support,omitempty"`   // needs support since
	Alone     bool   `json:"alone,omitempty"`     // ticked: nobody else is in their room
	Location  bool   `json:"location,omitempty"`  // ticked: where they are is known
	Contact   bool   `json:"contact,omitempty"`   // ticked: whom to call is known
}

// Guest is somebody in the waiting room, as facilitators see them.
type Guest struct {
	ID    ID     `json:"id"`
	Name  string `json:"name"`
	Role  Role   `json:"role"`
	Ref   string `json:"ref,omitempty"`
	First bool   `json:"first,omitempty"`
	Since int64  `json:"since"`           // waiting since
	Late  bool   `json:"late,omitempty"`  // knocked at the locked door
	Moves bool   `json:"moves,omitempty"` // already seated on another device: admission moves the seat
	Out   bool   `json:"out,omitempty"`   // stepped out: the seat is kept
	Here  bool   `json:"here"`            // connected now
}

// Out is somebody who no longer sits in the circle, as facilitators see them
// (M-F11): who left and how.
type Out struct {
	ID    ID     `json:"id"`
	Name  string `json:"name"`
	Ref   string `json:"ref,omitempty"`
	Cause string `json:"cause"` // "left", "left_quickly", "lost", "removed", "removed_group", "declined", "moved"
	At    int64  `json:"at"`
}

// Link is one participant's way to their page, implemented by signaling. The
// room's goroutine calls it; it must not block and must not call back. The lists
// of a View are shared by all who see them, and must not be changed.
type Link interface {
	// Show tells the participant's current view after every change of it, and
	// the seal their resume ticket has to carry from now on.
	Show(View, Seal)
	// Tell relays a text. One that nobody is there to take is lost.
	Tell(Text)
	// Move tells the participant that the room goes on with another owner: the page
	// makes a second link and a second PeerConnection there while this one's media
	// goes on as it was, for some seconds. Bye is all that follows it.
	Move()
	// Settled tells the participant, on the new link, that the room has come
	// together at this owner: the old link may be let go. It is told at most once.
	Settled()
	// Bye tells why the participant's part has ended. Nothing follows it.
	Bye(Bye)
}
