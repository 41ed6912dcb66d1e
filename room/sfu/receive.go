package sfu

// receive takes one decrypted packet from its publisher to every subscriber.
// It runs on the goroutine that reads the publisher's SRTP and may write into
// b, which nobody reads after it.
func (p *Peer) receive(t *rtpTap, b []byte, now int64) {
	stats := &p.circle.sfu.stats
	stats.packetsIn.Add(1)
	stats.bytesIn.Add(uint64(len(b)))
	var pkt packet
	if !parsePacket(b, &pkt) {
		stats.drop(p.stray(DropMalformed, now))
		return
	}
	p.note(&pkt, now)
	if t.layer == nil && !p.resolve(t, &pkt) {
		stats.drop(p.stray(DropUnknown, now))
		return
	}
	if reason, ok := p.take(t, &pkt, now); !ok {
		stats.drop(reason)
		return
	}
	if !pkt.allowed {
		stats.drop(DropShut)
		return
	}
	if p.circle.sfu.fence.holds(now) {
		stats.drop(DropFenced)
		return
	}
	p.circle.forward(p, &pkt, now)
}

// take checks a packet against its m-line's codec and limits and files it in
// its layer.
func (p *Peer) take(t *rtpTap, pkt *packet, now int64) (Reason, bool) {
	up := p.up[t.layer.line]
	if up.stopped {
		return p.stray(DropStopped, now), false
	}
	if !up.bytes.take(int64(len(pkt.buf)), now) {
		return up.tooMuch(DropByteRate, now), false
	}
	if reason, ok := p.decode(t, pkt); !ok {
		return p.stray(reason, now), false
	}
	permit := p.permit.Load()
	pkt.epoch, pkt.allowed = permit.sends(t.layer.line)
	pkt.seat, pkt.room = permit.Seat, permit.Room
	reason, ok := t.layer.accept(pkt, &up.packets, now)
	if reason == DropPacketRate && !ok {
		up.tooMuch(reason, now)
	}
	return reason, ok
}

// decode unwraps a retransmission and reads a video packet's headers. A
// packet of padding alone has an empty payload and none.
func (p *Peer) decode(t *rtpTap, pkt *packet) (Reason, bool) {
	c := &p.offer.codecs
	if t.layer.line == lineMic {
		pkt.takeLevel(p.offer.extensions.audioLevel)
		return DropMalformed, pkt.payloadType == c.opus && !t.repair
	}
	if t.repair {
		if pkt.payloadType != c.up.repair {
			return DropMalformed, false
		}
		if !pkt.unwrapRTX(c.up.number) {
			return DropProbe, false
		}
		pkt.repair = true
	}
	if pkt.payloadType != c.up.number {
		return DropMalformed, false
	}
	return DropMalformed, len(pkt.payload) == 0 || pkt.parse(c.sent)
}

// parse reads what a payload says of the picture it is a part of.
func (p *packet) parse(c codec) (ok bool) {
	if c == codecH264 {
		p.nals, ok = parseH264(p.payload)
		return ok
	}
	return parseVP8(p.payload, &p.vp8)
}

// takeLevel reads the audio level (RFC 6464), silence where there is none.
func (p *packet) takeLevel(id uint8) {
	p.level = 127
	if v := p.extension(id); len(v) == 1 {
		p.level = v[0]
	}
}

// newest tells whether the packet moved its stream on.
func (p *packet) newest() bool { return p.arrival == fresh || p.arrival == restart }

// forward hands a packet to every subscriber of its sender's seat.
func (c *Circle) forward(from *Peer, p *packet, now int64) {
	p.sendTime = c.sfu.sendTime(now)
	if p.layer.line == lineMic {
		c.floor.Intake(p.seat).Add(p.level)
		from.up[lineMic].remember(p)
	}
	begins := p.keyframe
	sent := uint64(0)
	c.sfu.udp.cork()
	for _, s := range *c.receivers.Load() {
		if s == from {
			continue
		}
		tracks, first := &s.seats[p.seat], false
		t := tracks.audio
		if p.layer.line != lineMic {
			t = tracks.video
			first = begins && t.target.Load() == p.layer
			if t.playing.Load() != p.layer && !first {
				continue
			}
		}
		if t.forward(p, first, now) {
			sent++
		}
	}
	c.sfu.udp.uncork()
	c.sfu.stats.packetsForwarded.Add(sent)
	c.sfu.stats.bytesForwarded.Add(sent * uint64(len(p.payload)))
}
