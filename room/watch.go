package room

import (
	"context"
	"slices"
	"time"
)

// MediaState is what the packet path tells one participant's page about its own
// media. The slice is never changed after it was handed out.
type MediaState struct {
	High   bool     `json:"high"`   // somebody wants this person's high camera layer (dynacast)
	Paused []Paused `json:"paused"` // in seat order
}

// Paused is a seat whose camera is on but whose picture is not sent to this
// participant now.
type Paused struct {
	Seat int `json:"seat"`
	Why  Why `json:"why"`
}

// Why is why a picture is not sent.
type Why string

// The reasons.
const (
	WhyWeak  Why = "weak"  // this viewer's connection cannot carry it
	WhySaver Why = "saver" // this viewer wished for few bytes
	WhyCodec Why = "codec" // this viewer's browser has no decoder for it
)

// MaxPinned is how many seats a viewer may pin (M-X4).
const MaxPinned = 2

// Wish is how a viewer would like to be served. It is a hint to the packet path
// and no rule of the room: it opens nothing.
type Wish struct {
	Large  []int // seats whose tile is drawn large enough that the high layer helps
	Pinned []int // at most MaxPinned seats the viewer keeps in view
	Saver  bool  // data saver: sound and one picture (S-11)
}

// Watch replaces the participant's wish. The room keeps the last one and gives
// it to every later PeerConnection. It is allowed from the knock on, with
// distinct seats of the circle (ErrNoSuchSeat otherwise); ErrNotAllowed before.
func (p *Participant) Watch(ctx context.Context, w Wish) error {
	if !p.room.reaches(w.Large) || !p.room.reaches(w.Pinned) || len(w.Pinned) > MaxPinned {
		return ErrNoSuchSeat
	}
	w.Large, w.Pinned = slices.Clone(w.Large), slices.Clone(w.Pinned)
	return p.call(ctx, func(time.Time) error {
		a := p.room.state.find(p.id)
		if a == nil || a.stage == Entered || a.is(Host) {
			return ErrNotAllowed
		}
		p.wish = &w
		if p.peer != nil {
			p.peer.Watch(w)
		}
		return nil
	})
}

// reaches says whether all of these are distinct seats of the circle.
func (r *Room) reaches(seats []int) bool {
	for i, n := range seats {
		if n < 0 || n >= r.house.Seats() || slices.Contains(seats[:i], n) {
			return false
		}
	}
	return true
}

// stir says that some peer's MediaState is new. It is called by the packet path
// on any goroutine, never waits, and is never lost: the one token that may lie
// in the channel is taken before the states are read.
func (r *Room) stir() {
	select {
	case r.stirred <- struct{}{}:
	default: // the room will look anyway
	}
}

// hear reads every peer's MediaState and shows it to those for whom it is new.
// The rest of the room has not changed, so no view is derived anew.
// On its way to another owner a room shows nothing any more.
func (r *Room) hear(now time.Time) error {
	if r.handing != handNot {
		r.fade()
		return nil
	}
	for id, p := range r.handles {
		if p.peer == nil {
			continue
		}
		p.media = p.peer.Media()
		if a := r.state.find(id); a != nil && p.told {
			v := p.shown
			v.Media = p.mediaFor(a)
			p.show(v, p.seal)
		}
	}
	r.gather(now)
	return nil
}

// mediaFor is the MediaState as the participant may know it: nothing about the
// circle before admission (M-A8).
func (p *Participant) mediaFor(a *attendee) MediaState {
	if a.stage != Seated {
		return MediaState{}
	}
	return p.media
}

// Equal says whether two states tell the same.
func (m MediaState) Equal(n MediaState) bool {
	return m.High == n.High && slices.Equal(m.Paused, n.Paused)
}
