package sfu

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"hearth/room/sfu/estimate"

	"github.com/pion/webrtc/v4"
)

// Peer is one participant's PeerConnection and the packet path behind it.
// It is connecting, then connected; Close ends it from any state, and an ICE
// restart may reconnect it. Safe for concurrent use.
type Peer struct {
	// Static after construction.
	circle *Circle
	offer  *offer // as first answered; the ICE credentials may change since
	pc     *webrtc.PeerConnection
	out    rtcpWriter // pc, nil before open
	up     [ownLines]*uplink
	seats  []seatTracks
	ssrc   uint32 // of our own RTCP

	changed func() // Media or Connected gives something new

	permit          atomic.Pointer[permit] // written under circle.mu
	ready           atomic.Bool            // DTLS is up, and packets come in
	streams         atomic.Int32           // RTP SSRCs received
	feedbackStreams atomic.Int32           // RTCP SSRCs received
	sources         atomic.Int32           // addresses seen since the last ICE restart
	clock           wallClock
	joined          atomic.Int64 // when ICE had a path, ns; 0 before
	handshake       atomic.Int64 // how long DTLS took then, ns; 0 before
	paths           atomic.Int32 // how often a path was found
	arrived         arrived
	strays          *strays
	wish            atomic.Pointer[wish]
	media           atomic.Pointer[MediaState] // written by the tick

	feedback bucket // owned by the goroutine that reads SRTCP
	down     downlink
	reports  reporting // owned by the tick
	view     viewing   // owned by the tick
	high     highLayer // owned by the tick

	negotiating sync.Mutex // one offer at a time
	version     int        // guarded by negotiating
	closing     sync.Once
}

// seatTracks are the two streams of a seat.
type seatTracks struct{ audio, video *downtrack }

// downlink is what all the downtracks of one subscriber share: the lock of
// its packet path, held for a few instructions and one write.
type downlink struct {
	mu         sync.Mutex
	path       estimate.Downlink // guarded by mu
	redundancy redundancy        // guarded by mu
	rtx        bucket            // guarded by mu
	again      packet            // guarded by mu, as is the buffer it is rebuilt in
	scratch    [rtxRoom + slotSize]byte
	sets       [rtxSequence + setsMost]byte // guarded by mu
}

func newPeer(c *Circle, o *offer, changed func()) *Peer {
	now := c.sfu.now()
	p := &Peer{circle: c, offer: o, ssrc: randomSSRC(), changed: changed, strays: newStrays(now)}
	p.wish.Store(&wish{})
	p.media.Store(&MediaState{High: true})
	p.permit.Store((&permit{Grant: NoGrant}).after(NoGrant))
	for line := range p.up {
		p.up[line] = newUplink(p, line, o, now)
	}
	for seat := range c.seats {
		p.seats = append(p.seats, seatTracks{newDowntrack(p, seat, false), newDowntrack(p, seat, true)})
	}
	rate := int64(feedbackBase + feedbackSeat*c.seats)
	p.feedback = newBucket(rate, rate, now)
	p.down.path = estimate.New(now)
	p.down.rtx = newBucket(rtxPackets, rtxPackets, now)
	return p
}

// open makes the PeerConnection with the seats' senders in m-line order.
func (p *Peer) open() error {
	pc, err := p.circle.sfu.newConnection(p.offer, p)
	if err != nil {
		return fmt.Errorf("%w: connection", ErrInternal)
	}
	p.pc, p.out = pc, pc
	p.circle.sfu.stats.peers.Add(1)
	pc.OnConnectionStateChange(p.became)
	pc.OnICEConnectionStateChange(func(s webrtc.ICEConnectionState) {
		if s == webrtc.ICEConnectionStateConnected {
			p.joined.CompareAndSwap(0, p.circle.sfu.now())
		}
	})
	for _, s := range p.seats {
		for _, t := range []*downtrack{s.audio, s.video} {
			init := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}
			line, err := pc.AddTransceiverFromTrack(t, init)
			if err == nil && t.video {
				err = line.SetCodecPreferences(p.offer.codecs.shown())
			}
			if err != nil {
				return fmt.Errorf("%w: transceiver", ErrInternal)
			}
		}
	}
	return nil
}

// answer makes the connection, joins the circle and answers the first offer.
func (p *Peer) answer(ctx context.Context) (string, error) {
	if err := p.open(); err != nil {
		return "", err
	}
	if err := p.circle.add(p); err != nil {
		return "", err
	}
	return p.negotiate(ctx, p.offer)
}

// became begins sending, or begins anew after an ICE restart, and stops where
// nothing has come in for a while. A lite agent proves no address itself, so
// whoever is there may never have asked for a stream.
func (p *Peer) became(s webrtc.PeerConnectionState) {
	switch s {
	case webrtc.PeerConnectionStateConnected:
		if at := p.joined.Load(); at != 0 {
			p.handshake.CompareAndSwap(0, p.circle.sfu.now()-at)
		}
		if p.paths.Add(1) > 1 {
			p.another()
		}
		p.prepare()
		p.ready.Store(true)
		p.circle.refresh(p)
		p.changed()
	case webrtc.PeerConnectionStateDisconnected, webrtc.PeerConnectionStateFailed:
		p.ready.Store(false)
		p.changed()
	}
}

// another says that what the handshake has shown was another path, it may be.
func (p *Peer) another() {
	if took := p.handshake.Load(); took != 0 {
		p.handshake.Store(max(took, handshakeOfAnother))
	}
}

// Connected says whether ICE has a path and DTLS is up. It never waits.
func (p *Peer) Connected() bool { return p.ready.Load() }

// prepare opens the seats' streams, which pion would do with the first packet
// of each: that takes a lock which is held while the connection is torn down,
// and the packet comes on the goroutine of another participant.
func (p *Peer) prepare() {
	if p.pc == nil {
		return
	}
	for _, s := range p.pc.GetSenders() {
		_ = s.SetReadDeadline(time.Time{}) // opens the stream; nothing is read of it
	}
}

// negotiate answers an offer. Pion's error texts quote descriptions, so they
// are dropped.
func (p *Peer) negotiate(ctx context.Context, o *offer) (string, error) {
	p.negotiating.Lock()
	defer p.negotiating.Unlock()
	if err := ctx.Err(); err != nil {
		return "", err
	}
	p.version++
	remote := webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: o.write(p.version)}
	if err := p.pc.SetRemoteDescription(remote); err != nil {
		return "", p.failed(refusal("not understood"))
	}
	if err := p.inOrder(); err != nil {
		return "", err
	}
	answer, err := p.pc.CreateAnswer(nil)
	if err != nil {
		return "", p.failed(fmt.Errorf("%w: answer", ErrInternal))
	}
	gathered := webrtc.GatheringCompletePromise(p.pc)
	if err := p.pc.SetLocalDescription(answer); err != nil {
		return "", p.failed(fmt.Errorf("%w: answer", ErrInternal))
	}
	select {
	case <-gathered: // the sockets know the participant's ICE name from here on
	case <-ctx.Done():
		return "", ctx.Err()
	case <-p.circle.sfu.closed:
		return "", ErrClosed
	}
	return o.finish(p.pc.LocalDescription().SDP, p.circle.sfu.candidates), nil
}

func (p *Peer) failed(err error) error {
	if p.pc.ConnectionState() == webrtc.PeerConnectionStateClosed {
		return ErrClosed
	}
	return err
}

// inOrder checks that pion gave each seat the m-lines of its number.
func (p *Peer) inOrder() error {
	for i, t := range p.pc.GetTransceivers() {
		line := i + ownLines
		if n := 2 * p.circle.seats; i >= n {
			line = i - n
		}
		if line >= len(p.offer.mids) || t.Mid() != p.offer.mids[line] {
			return fmt.Errorf("%w: order of m-lines", ErrInternal)
		}
	}
	return nil
}

// Restart answers the offer of an ICE restart. Everything in it but the ICE
// credentials has to be as in the first one, else ErrOffer.
func (p *Peer) Restart(ctx context.Context, text string) (answer string, err error) {
	o, err := parseOffer(text, p.circle.seats)
	if err == nil && !p.offer.sameSession(o) {
		err = refusal("not the same session")
	}
	if err != nil {
		p.circle.sfu.stats.refused.Add(1)
		return "", err
	}
	p.sources.Store(0) // pion forgets the old ones
	p.another()
	if answer, err = p.negotiate(ctx, o); err == nil {
		p.circle.sfu.stats.restarts.Add(1)
	}
	return answer, err
}

// Allow replaces the grant. It is effective on the next packet in both
// directions and never waits for the network. A grant of a seat that another
// peer holds takes the seat from it.
func (p *Peer) Allow(g Grant) { p.circle.allow(p, g) }

// Close shuts the packet path at once, in both directions; the teardown of
// the connection goes on behind it. Idempotent.
func (p *Peer) Close() {
	p.closing.Do(func() {
		p.circle.remove(p)
		p.teardown()
	})
}

// teardown closes the connection in the background; SFU.Close waits for it.
func (p *Peer) teardown() {
	if p.pc == nil {
		return
	}
	p.circle.sfu.background(func() {
		_ = p.pc.GracefulClose()
		p.circle.sfu.stats.peers.Add(-1)
	})
}

// trackOf is the downtrack that sends an SSRC, or nil. Pion asks while the
// first packet is being written, with the lock of the packet path held.
func (p *Peer) trackOf(ssrc uint32) *downtrack {
	for _, s := range p.seats {
		for _, t := range []*downtrack{s.audio, s.video} {
			if t.ssrc.Load() == ssrc {
				return t
			}
		}
	}
	return nil
}
