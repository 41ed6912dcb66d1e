package sfu

import (
	"encoding/binary"
	"time"
)

// What subscribers say of their own path (RFC 3550, 6.4;
// draft-alvestrand-rmcat-remb).
const (
	receiverReport = 8  // bytes before the report blocks
	senderReport   = 28 // the same, of a sender report
	reportBlock    = 24
	rembHead       = 20 // bytes before the SSRCs
	maxTrip        = 10 * time.Second
)

// heard takes a subscriber's report on the stream of this tap. It comes once
// for each stream that is reported on.
func (p *Peer) heard(t *rtcpTap, b []byte, now int64) {
	from := receiverReport
	if b[1] == rtcpSenderReport {
		from = senderReport
	}
	for n := int(b[0] & 0x1f); n > 0 && len(b) >= from+reportBlock; n-- {
		if block := b[from:]; binary.BigEndian.Uint32(block) == t.ssrc {
			t.track.heardOf(block, now)
			return
		}
		from += reportBlock
	}
}

// heardOf takes one block: what was lost since the last one, and the round
// trip.
func (t *downtrack) heardOf(block []byte, now int64) {
	missing := int32(binary.BigEndian.Uint32(block[4:])<<8) >> 8
	highest := binary.BigEndian.Uint32(block[8:])
	lastSR, delay := binary.BigEndian.Uint32(block[16:]), binary.BigEndian.Uint32(block[20:])
	d := &t.peer.down
	d.mu.Lock()
	defer d.mu.Unlock()
	lost, expected := t.heard.Since(highest, missing)
	if !t.video {
		d.redundancy.report(lost, expected, d.path.Carries(d.redundancy.times(), now), now)
	}
	d.path.Report(lost, expected, t.peer.trip(lastSR, delay, now), now)
}

// trip is the round trip that a report tells of, in ns; 0 where it tells of
// none or lies.
func (p *Peer) trip(lastSR, delay uint32, now int64) int64 {
	if lastSR == 0 {
		return 0
	}
	units := uint32(ntpTime(p.circle.sfu.wall(now))>>16) - lastSR - delay
	trip := int64(units) * int64(time.Second) >> 16
	if trip > int64(maxTrip) {
		return 0
	}
	return max(trip, 1)
}

// isFirst tells whether a REMB has the tap's stream as the first of those it
// lists: it comes once for each of them, and the first counts.
func (t *rtcpTap) isFirst(b []byte) bool {
	return len(b) >= rembHead+4 && string(b[12:16]) == "REMB" && binary.BigEndian.Uint32(b[rembHead:]) == t.ssrc
}

// estimated takes a REMB.
func (p *Peer) estimated(_ *rtcpTap, b []byte, now int64) {
	exponent, mantissa := b[17]>>2, int64(b[17]&3)<<16|int64(b[18])<<8|int64(b[19])
	if exponent > 40 { // more than any path
		return
	}
	p.down.mu.Lock()
	p.down.path.REMB(mantissa<<exponent, now)
	p.down.mu.Unlock()
}
