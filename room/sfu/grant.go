package sfu

// Grant is what the packet path may do for one peer.
type Grant struct {
	Seat    int  // whose m-lines carry this peer's media to the others; -1 for none
	Audio   bool // the microphone is forwarded
	Video   bool // the camera is forwarded
	Slide   bool // the spare video is forwarded in place of the camera, while it sends
	Receive bool // the circle's media is sent to this peer
	Lead    bool // shown before others where a viewer's bandwidth is short
	Room    int  // media flows among peers of the same number
}

// NoGrant shuts the packet path both ways.
var NoGrant = Grant{Seat: -1}

// unseated is the grant of a peer whose seat another has taken: it sends
// nothing, and receives what it did.
func (g Grant) unseated() Grant {
	g.Seat, g.Audio, g.Video, g.Slide = -1, false, false, false
	return g
}

// epoch numbers the grants of one direction of one medium of one peer.
// Everything kept of a packet carries the epoch it came under; a later epoch
// makes it stale. 0 is never given.
type epoch uint32

// permit is a Grant in force. It is replaced as a whole and never changed, so
// one atomic load answers every question of the packet path.
type permit struct {
	Grant
	mic, camera, slide, receive epoch
}

// after is the permit that follows p under a grant. What the grant does not
// change keeps its epoch and flows on undisturbed.
func (p *permit) after(g Grant) *permit {
	n := &permit{Grant: g, mic: p.mic, camera: p.camera, slide: p.slide, receive: p.receive}
	elsewhere := g.Room != p.Room
	moved := g.Seat != p.Seat || elsewhere
	n.mic = n.mic.next(moved || g.Audio != p.Audio)
	n.camera = n.camera.next(moved || g.Video != p.Video)
	n.slide = n.slide.next(moved || g.Slide != p.Slide)
	n.receive = n.receive.next(g.Receive != p.Receive || elsewhere)
	return n
}

func (e epoch) next(changed bool) epoch {
	if changed || e == 0 {
		e++
	}
	return e
}

// sends is the test at the entry of the packet path: the epoch under which
// the m-line may be forwarded now.
func (p *permit) sends(line int) (epoch, bool) {
	if p.Seat < 0 {
		return 0, false
	}
	switch line {
	case lineMic:
		return p.mic, p.Audio
	case lineCamera:
		return p.camera, p.Video
	}
	return p.slide, p.Slide
}
