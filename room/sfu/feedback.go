package sfu

import "encoding/binary"

// RTCP messages that are acted on (RFC 3550, RFC 4585, RFC 5104). All others
// end here: no RTCP is passed from one participant to another.
const (
	rtcpSenderReport   = 200
	rtcpReceiverReport = 201
	rtcpTransport      = 205
	rtcpPayload        = 206

	formatNACK = 1
	formatPLI  = 1
	formatFIR  = 4
	formatREMB = 15

	rtcpHeader = 4
	feedback   = 12 // header, sender's SSRC, media SSRC
	maxNACKs   = 32 // pairs looked at in one message
)

// control acts on one RTCP message. It runs on the goroutine that reads the
// peer's SRTCP. False is for so many that the rest of the datagram is not to be
// looked at.
func (p *Peer) control(t *rtcpTap, b []byte, now int64) bool {
	stats := &p.circle.sfu.stats
	if len(b) < rtcpHeader || b[0]>>6 != 2 {
		stats.drop(DropMalformed)
		return !p.strayed(now)
	}
	act := t.action(b)
	if act != nil && p.feedback.take(1, now) {
		act(p, t, b, now)
		return true
	}
	tooMany := p.strayed(now)
	if act != nil || tooMany {
		stats.drop(DropFeedback)
	}
	return !tooMany
}

// unread charges messages that nobody could read.
func (p *Peer) unread(messages int) {
	for now := p.circle.sfu.now(); messages > 0; messages-- {
		p.circle.sfu.stats.drop(p.stray(DropMalformed, now))
	}
}

// action is what a message has us do, nil for nothing: most of what browsers
// send is of no use here. It still counts, as pion hands over a message without
// a destination once for each stream that is named anywhere in its datagram.
func (t *rtcpTap) action(b []byte) func(*Peer, *rtcpTap, []byte, int64) {
	format, shown := b[0]&0x1f, t.track != nil
	switch kind := b[1]; {
	case kind == rtcpSenderReport && t.isOf(b):
		return (*Peer).reported
	case (kind == rtcpSenderReport || kind == rtcpReceiverReport) && shown:
		return (*Peer).heard
	case kind == rtcpTransport && format == formatNACK && shown:
		return (*Peer).resend
	case kind == rtcpPayload && (format == formatPLI || format == formatFIR) && shown:
		return (*Peer).refresh
	case kind == rtcpPayload && format == formatREMB && t.isFirst(b):
		return (*Peer).estimated
	}
	return nil
}

// isOf tells whether a sender report is of the tap's stream.
func (t *rtcpTap) isOf(b []byte) bool {
	return len(b) >= senderReport && binary.BigEndian.Uint32(b[4:]) == t.ssrc
}

// reported notes a sender report of one of the peer's own streams.
func (p *Peer) reported(t *rtcpTap, b []byte, now int64) {
	for _, u := range p.up {
		for _, l := range u.layers {
			l.sync(t.ssrc, binary.BigEndian.Uint64(b[8:]), binary.BigEndian.Uint32(b[16:]), now)
		}
	}
	p.clock.observe(ntpNanos(binary.BigEndian.Uint64(b[8:])), p.circle.sfu.wall(now))
}

// sync notes a sender report if it is the layer's.
func (l *layer) sync(ssrc uint32, ntp uint64, stamp uint32, now int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ssrc == ssrc && l.window.started {
		l.clock = senderClock{true, ntp, stamp, now}
	}
}

// resend answers a NACK.
func (p *Peer) resend(t *rtcpTap, b []byte, now int64) {
	if len(b) < feedback || binary.BigEndian.Uint32(b[8:]) != t.ssrc {
		return
	}
	pairs := b[feedback:]
	for i := 0; len(pairs) >= 4 && i < maxNACKs; i++ {
		seq, mask := binary.BigEndian.Uint16(pairs), binary.BigEndian.Uint16(pairs[2:])
		t.track.resend(seq, now)
		for ; mask != 0; mask >>= 1 {
			if seq++; mask&1 != 0 {
				t.track.resend(seq, now)
			}
		}
		pairs = pairs[4:]
	}
}

// refresh answers a PLI or FIR.
func (p *Peer) refresh(t *rtcpTap, _ []byte, now int64) { t.track.askKeyframe(now) }

// askKeyframe does what a subscriber asks, as often as one who has lost much has
// a reason to. A keyframe costs its publisher and everybody who watches.
func (t *downtrack) askKeyframe(now int64) {
	if !t.asks.take(keyframePrice, now) {
		t.peer.circle.sfu.stats.drop(DropFeedback)
		return
	}
	t.anew()
	t.wantKeyframe()
}

// wantKeyframe asks whoever the seat shows for a keyframe.
func (t *downtrack) wantKeyframe() {
	l := t.target.Load()
	if l == nil || !t.peer.permit.Load().Receive || t.peer.circle.holder(t.seat) != l.peer {
		return
	}
	if _, ok := l.peer.permit.Load().sends(l.line); ok {
		l.wantKeyframe()
	}
}
