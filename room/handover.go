package room

import (
	"context"
	"time"
)

// Time bounds of a hand-over.
const (
	yieldWithin = 2 * time.Second // from the last command taken to the release of the lease
	afterglow   = 5 * time.Second // from then on, media goes on at the earlier owner
	hurryWithin = 8 * time.Second // a second Close takes no longer
)

// handing is how far a room is on its way to another owner. Its people are
// connected to both for a moment, and hear no gap (make before break).
//
//	owner --drain, all is written--> yielded --released--> glowing --everybody gone, 5 s, Shut--> over
//	  |                                 \--2 s--> over
//	  \--drain, and nobody to go to; the lease is lost--> over
type handing uint8

const (
	handNot     handing = iota
	handYielded         // no command is taken any more; the last of the record is being written
	handGlowing         // media goes on with its last grants, while people connect elsewhere
)

// drain begins the hand-over where another node is ready, and ends the room at
// once where none is. While Redis does not answer nobody else could open it, so
// it goes on here. Called by the room's goroutine.
func (r *Room) drain(now time.Time) error {
	if elsewhere := r.house.config.Elsewhere; elsewhere == nil || !elsewhere() {
		return r.depart(now)
	}
	r.book.handOver()
	return nil
}

// yield stops the room for its last record. It is called by the clerk, when
// everything before has been written, and says false where the room has ended.
func (r *Room) yield() bool {
	return r.call(context.Background(), func(now time.Time) error {
		r.handing, r.until = handYielded, now.Add(yieldWithin)
		r.apart.Store(true)
		r.state.over = endRelease
		return nil
	}) == nil
}

// moved begins the afterglow. It is called by the clerk, when another node may
// have the room.
func (r *Room) moved() {
	_ = r.call(context.Background(), func(now time.Time) error {
		r.handing, r.until = handGlowing, now.Add(afterglow)
		r.house.stats.handed.Add(1)
		for _, p := range r.handles {
			p.link.Move()
		}
		r.fade()
		return nil
	})
}

// fade ends the afterglow when nobody is left in it: neither a socket, which a
// page gives up when it follows the room, nor media, which it keeps until the
// room has settled elsewhere. Called by the room's goroutine.
func (r *Room) fade() {
	if r.handing != handGlowing {
		return
	}
	for _, p := range r.handles {
		if !p.lost || p.peer != nil && p.peer.Connected() {
			return
		}
	}
	_ = r.sendOff()
}

// sendOn lets somebody go who comes back to a room on its way to another owner;
// what they send goes on being heard as long as the others' media. Called by the
// room's goroutine.
func (r *Room) sendOn(p *Participant) error {
	delete(r.handles, p.id)
	p.bye = ByeElsewhere
	p.link.Bye(ByeElsewhere)
	r.fade()
	return ErrGone
}

// depart ends the room here, however far it is on its way; the record stays for
// the next owner. Called by the room's goroutine.
func (r *Room) depart(now time.Time) error {
	if r.handing != handNot {
		return r.sendOff()
	}
	_, err := r.apply(drain{}, now)
	return err
}

// outdone ends the room because of a later owner. Called by the room's goroutine.
func (r *Room) outdone(now time.Time) error {
	if r.handing != handNot {
		return r.sendOff()
	}
	_, err := r.apply(stale{}, now)
	return err
}

// sendOff ends everybody's part without the rules: first all media, then the
// links. Called by the room's goroutine.
func (r *Room) sendOff() error {
	r.over = endRelease
	r.circle.Close()
	for id, p := range r.handles {
		delete(r.handles, id)
		p.shut()
		p.bye = ByeElsewhere
		r.bid(p, ByeElsewhere)
	}
	return nil
}

// pass lets time pass. Called by the room's goroutine.
func (r *Room) pass(now time.Time) error {
	switch {
	case r.handing == handNot:
		_, err := r.apply(tick{}, now)
		return err
	case !now.Before(r.until):
		return r.sendOff()
	}
	return nil
}

// next is when time alone will change something, zero for never. Called by the
// room's goroutine.
func (r *Room) next() time.Time {
	if r.handing != handNot {
		return r.until
	}
	return r.settling.next(r.state.next())
}
