package room

import "time"

// What happens to a room without anybody asking through a link's command. None
// of these can come from outside the package.
type (
	// enter brings a verified invitation in, or a ticket back.
	enter struct {
		Person Person
		Seal   *Seal
	}
	// offering asks whether the participant may have a PeerConnection now.
	offering struct{ By ID }
	// lost says that the participant's socket is gone: grace starts.
	lost struct{ By ID }
	// back says that the socket is there again.
	back struct{ By ID }
	// seated brings the answer of Redis to a claim.
	seated struct {
		By     ID
		Serial uint64
		Err    error
	}
	// tick lets time pass.
	tick struct{}
	// stale says that another node owns the room now.
	stale struct{}
	// drain ends the room here and keeps its record for the next owner.
	drain struct{}
)

func (enter) by() ID      { return 0 }
func (c offering) by() ID { return c.By }
func (c lost) by() ID     { return c.By }
func (c back) by() ID     { return c.By }
func (c seated) by() ID   { return c.By }
func (tick) by() ID       { return 0 }
func (stale) by() ID      { return 0 }
func (drain) by() ID      { return 0 }

func (c enter) as(ID) Command       { return c }
func (c offering) as(id ID) Command { c.By = id; return c }
func (c lost) as(id ID) Command     { c.By = id; return c }
func (c back) as(id ID) Command     { c.By = id; return c }
func (c seated) as(id ID) Command   { c.By = id; return c }
func (c tick) as(ID) Command        { return c }
func (c stale) as(ID) Command       { return c }
func (c drain) as(ID) Command       { return c }

// effect is what a command asks of the world outside the rules. Grants, views
// and the record are no effects: they are derived from the state (doc.go).
type effect interface{ effect() }

type (
	// entered answers enter with the participant's number.
	entered struct{ id ID }
	// claim asks Redis for a seat that is reserved in memory already.
	claim struct {
		id     ID
		serial uint64
		seat   SeatRecord
		caps   Caps
	}
	// farewell ends a participant's link and media.
	farewell struct {
		id  ID
		bye Bye
	}
	// bar keeps a subject out, in Redis too.
	bar struct {
		subject Subject
		until   time.Time
	}
	// unbar lets a subject come back.
	unbar struct{ subject Subject }
	// tell relays a text to one participant.
	tell struct {
		id   ID
		text Text
	}
	// closing is the last effect of a room.
	closing struct{ how ending }
)

func (entered) effect()  {}
func (claim) effect()    {}
func (farewell) effect() {}
func (bar) effect()      {}
func (unbar) effect()    {}
func (tell) effect()     {}
func (closing) effect()  {}

// ending is how a room ends on this node.
type ending uint8

const (
	endNot     ending = iota
	endOver           // the session is over: forget all but removals
	endRelease        // another owner may go on from the record
	endLost           // another owner has gone on already: say nothing to Redis
)

// String is the ending as the log tells it.
func (e ending) String() string {
	return [...]string{"not", "over", "release", "lost"}[e]
}
