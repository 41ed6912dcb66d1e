package sfu

import "slices"

// Why is why a picture that could be sent is not.
type Why string

// The reasons, as the wire has them.
const (
	WhyWeak  Why = "weak"  // the viewer's connection cannot carry it
	WhySaver Why = "saver" // the viewer wished for few bytes
	WhyCodec Why = "codec" // the viewer's browser has no decoder for it
)

// Paused is a seat whose picture is on and not sent to a viewer.
type Paused struct {
	Seat int
	Why  Why
}

// MediaState is what the SFU tells one peer's page: how much to send, and why
// it does not get what others do.
type MediaState struct {
	High   bool     // somebody is shown, or wants to be shown, this peer's high layer
	Paused []Paused // in seat order; never changed once handed out
}

func (m *MediaState) same(n *MediaState) bool {
	return m.High == n.High && slices.Equal(m.Paused, n.Paused)
}

// maxPinned is how many seats a viewer may pin.
const maxPinned = 2

// Wish is how a viewer would like to be served. It moves pictures within the
// viewer's own bandwidth and is no right to anything.
type Wish struct {
	Large  []int // seats drawn so large that the high layer helps
	Pinned []int // seats kept moving before others; the first two count
	Saver  bool  // sound and one picture
}

// wish is a Wish by seat, replaced as a whole.
type wish struct {
	large, pinned [MaxSeats]bool
	saver         bool
}

// Watch replaces the wish. Seats outside the circle are left out.
func (p *Peer) Watch(w Wish) {
	n := &wish{saver: w.Saver}
	for _, seat := range w.Large {
		if seat >= 0 && seat < p.circle.seats {
			n.large[seat] = true
		}
	}
	for _, seat := range w.Pinned[:min(len(w.Pinned), maxPinned)] {
		if seat >= 0 && seat < p.circle.seats {
			n.pinned[seat] = true
		}
	}
	p.wish.Store(n)
	p.circle.sfu.hurry()
}

// Media is the latest state for the peer's page. It changes behind each call
// of the function given to Circle.Connect.
func (p *Peer) Media() MediaState { return *p.media.Load() }

// tell replaces the state for the page, and says so where it is news to
// somebody who is still there.
func (p *Peer) tell(m MediaState) {
	if p.media.Load().same(&m) || !p.circle.keep(p, &m) {
		return
	}
	p.changed()
}

// keep stores what a peer is told and counts its pictures that are paused.
// False for a peer that was removed meanwhile.
func (c *Circle) keep(p *Peer, m *MediaState) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Contains(c.peers, p) {
		return false
	}
	was := p.media.Swap(m)
	c.sfu.stats.paused.Add(int64(len(m.Paused) - len(was.Paused)))
	return true
}
