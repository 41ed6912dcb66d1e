package room

import "time"

// attendee is one person the room knows, on one device.
//
//	Entered --knock--> Waiting --admit, claim--> Seated <--> SteppedOut
//	                      `--a host's, at once--> AtDoor
//
// A person returning from a lost connection is the same attendee; the same
// person on another device is another one, until it takes the seat over.
// Owned by the state.
type attendee struct {
	id     ID
	person Person
	gen    uint64
	stage  Stage
	since  time.Time // in this stage
	name   string    // "" before the knock, and for a restored seat nobody has claimed
	look   skeleton

	// The seat: while waiting, a number that is reserved by a claim under way.
	seat   int
	serial uint64 // of the claim under way; 0 for none
	tries  int    // how often Redis has refused it

	// The person's own switches. A held one is off (hold in state.holds).
	mic, camera, away bool
	hand              time.Time // when it was raised; zero while down

	// What facilitators said to this person.
	muted                             int
	micReason, videoReason, outReason string

	// What this person asks facilitators for.
	askVideo   bool
	rename     string
	renameLook skeleton

	// The private signal to facilitators: since when, and whether they saw it.
	support     time.Time
	supportSeen bool

	goodbye bool // asks for a moment to say goodbye
	ticks   ticks
	visit   int                  // place in state.visits, counted from 1; 0 before
	wrote   [textBurst]time.Time // the latest texts, as a ring
	writes  int

	connected bool
	lostAt    time.Time // since when not connected
	dark      bool      // the loss has lasted long enough to be shown
	side      int       // the side room they are in, 0 for the circle
	back      time.Time // outside the circle: asks to come back since; zero while not
	late      bool      // knocked at the locked door
}

// inCircle says whether the attendee has a seat, stepped out or not.
func (p *attendee) inCircle() bool { return p.stage == Seated || p.stage == SteppedOut }

// ghost says whether this is a seat restored from the record that nobody has
// come back to yet. It counts for the cap and is shown to nobody.
func (p *attendee) ghost() bool { return p.name == "" && p.inCircle() }

// number is the seat as the attendee may know it, -1 before admission.
func (p *attendee) number() int {
	if p.inCircle() {
		return p.seat
	}
	return -1
}

// seal is what the attendee's ticket has to say.
func (p *attendee) seal() Seal { return Seal{Name: p.name, Seat: p.number(), Gen: p.gen} }

func (p *attendee) is(r Role) bool { return p.person.Role == r }

// enterStage moves the attendee on and remembers when.
func (p *attendee) enterStage(st Stage, now time.Time) {
	p.stage, p.since, p.side, p.back = st, now, 0, time.Time{}
}

// silence turns everything off that would be sent.
func (p *attendee) silence() {
	p.mic, p.hand = false, time.Time{}
}
