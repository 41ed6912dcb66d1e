package room

import (
	"context"
	"errors"
	"time"
)

// Participant is somebody's hold on a room, from Enter until their link's Bye.
// Safe for concurrent use. Its calls may not be made from within a Link's
// methods.
type Participant struct {
	// Static after construction.
	room *Room
	id   ID

	// Owned by the room's goroutine.
	link    Link
	peer    Peer // nil before Connect
	granted Grant
	media   MediaState // of peer, as last read
	wish    *Wish      // for every peer to come; nil before the first
	shown   View
	seal    Seal
	told    bool // shown and seal have been told to link
	settled bool // link knows that the room has come together here
	lost    bool // the socket is gone
	bye     Bye  // why it ended, "" while it has not
}

// ID is the participant's number in the room.
func (p *Participant) ID() ID { return p.id }

// Seats is the number of seats in the circle.
func (p *Participant) Seats() int { return p.room.house.Seats() }

// Do asks something of the room in this participant's own name, whatever the
// command says. When it returns nil, the rules hold: grants have been passed to
// the packet path, and views have been shown; a removal is in the store as well,
// where that answers. A Refusal otherwise, or ErrUnavailable while the room is on
// its way to another owner, which did nothing.
func (p *Participant) Do(ctx context.Context, cmd Command) error {
	if cmd == nil {
		return ErrNotAllowed
	}
	var shut *shutting
	var told <-chan struct{}
	err := p.call(ctx, func(now time.Time) error {
		_, err := p.room.apply(cmd.as(p.id), now)
		if err == nil {
			shut = p.room.restrict(cmd, now)
			told = p.room.telling(cmd)
		}
		return err
	})
	shut.wait()
	waitTold(ctx, told)
	return err
}

// call runs something on the room's goroutine while this handle is current.
func (p *Participant) call(ctx context.Context, do func(time.Time) error) error {
	err := p.room.call(ctx, func(now time.Time) error {
		if p.room.handles[p.id] != p {
			return p.ended()
		}
		return do(now)
	})
	if errors.Is(err, errClosed) {
		return ErrGone
	}
	return err
}

func (p *Participant) ended() error {
	switch p.bye {
	case ByeMoved:
		return ErrMoved
	case ByeEnded:
		return ErrEnded
	case ByeRemoved:
		return ErrRemoved
	}
	return ErrGone
}

// Connect answers a browser's offer with a new PeerConnection and closes the
// one before. It is allowed from the knock on: while somebody waits, ICE and
// DTLS complete and no packet flows (M-A8). ErrBadOffer, ErrNotAllowed.
func (p *Participant) Connect(ctx context.Context, offer string) (answer string, err error) {
	if err := p.Do(ctx, offering{}); err != nil {
		return "", err
	}
	peer, answer, err := p.room.circle.Connect(ctx, offer, p.room.stir)
	if err != nil {
		return "", err
	}
	// Not given up half-way: the peer is either attached or closed.
	err = p.call(context.WithoutCancel(ctx), func(now time.Time) error {
		if p.room.handing != handNot {
			return ErrUnavailable
		}
		p.attach(peer)
		return p.room.hear(now)
	})
	if err != nil {
		peer.Close()
		return "", err
	}
	return answer, nil
}

// attach replaces the peer, and gives the new one what the rules allow now.
// Called by the room's goroutine.
func (p *Participant) attach(peer Peer) {
	p.shut()
	p.peer = peer
	if p.wish != nil {
		peer.Watch(*p.wish)
	}
	if a := p.room.state.find(p.id); a != nil {
		p.allow(p.room.state.grant(a))
	}
}

// allow passes a changed grant on. Called by the room's goroutine.
func (p *Participant) allow(g Grant) {
	if p.peer == nil || p.granted == g {
		return
	}
	p.granted = g
	p.peer.Allow(g)
}

// shut ends the peer, if there is one. Called by the room's goroutine.
func (p *Participant) shut() {
	if p.peer != nil {
		p.peer.Close()
	}
	p.peer, p.granted, p.media = nil, NoGrant, MediaState{}
}

// show tells the link what has changed. Called by the room's goroutine.
func (p *Participant) show(v View, seal Seal) {
	if p.told && sameView(v, p.shown) && seal == p.seal {
		return
	}
	p.shown, p.seal, p.told = v, seal, true
	p.link.Show(v, seal)
}

// Restart answers an ICE restart of the PeerConnection. ErrNoPeer without one,
// ErrBadOffer.
func (p *Participant) Restart(ctx context.Context, offer string) (answer string, err error) {
	var peer Peer
	err = p.call(ctx, func(time.Time) error {
		if peer = p.peer; peer == nil {
			return ErrNoPeer
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return peer.Restart(ctx, offer)
}

// Lost says that the participant's socket is gone. Grace starts: seat, switches
// and media stay as they are until it has run out.
func (p *Participant) Lost() {
	_ = p.call(context.Background(), func(now time.Time) error {
		p.lost = true
		if p.room.handing != handNot {
			p.room.fade()
			return nil
		}
		_, err := p.room.apply(lost{p.id}, now)
		return err
	})
}

// Back says that the socket is there again, perhaps as another link (nil keeps
// it), which is shown the present view. ErrGone and its kind when the part has ended
// meanwhile; the link has got its Bye then. On a room's way to another owner the
// link gets its Bye now, and the media goes on with the others'.
func (p *Participant) Back(l Link) error {
	return p.call(context.Background(), func(now time.Time) error {
		if l != nil {
			p.link = l
		}
		if p.room.handing != handNot {
			return p.room.sendOn(p)
		}
		p.lost, p.told = false, false
		_, err := p.room.apply(back{p.id}, now)
		return err
	})
}

// sameView says whether two views show the same. Their lists are shared by all
// who see them, so the same list is mostly the same pointer (scene).
func sameView(a, b View) bool {
	return a.You == b.You && a.Middle == b.Middle && a.Attendance == b.Attendance && a.Session == b.Session && a.Round == b.Round && a.Room == b.Room && a.Media.Equal(b.Media) &&
		sameList(a.Seats, b.Seats) && sameList(a.Waiting, b.Waiting) && sameList(a.Removed, b.Removed)
}

func sameList[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}
