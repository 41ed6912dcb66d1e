package sfu

import (
	"encoding/binary"

	"hearth/room/sfu/estimate"
)

// Retransmissions to one subscriber (RFC 4588): packets a second.
const rtxPackets = 300

const (
	rtxSequence = 2                     // bytes of the original's sequence number
	rtxRoom     = rtxSequence + vp8Head // in front of a payload while it is rewritten
)

// resend retransmits one outgoing sequence number, if it is of the current
// run and both grants still are what they were. The packet goes out on the
// seat's RTX stream: under GCM the primary stream never repeats a sequence
// number.
func (t *downtrack) resend(seq uint16, now int64) {
	d := &t.peer.down
	d.mu.Lock()
	defer d.mu.Unlock()
	ok := t.mayResend(seq) && d.rtx.take(1, now)
	if ok {
		_, ok = t.repeat(seq, now)
	}
	if !ok {
		t.peer.circle.sfu.stats.drop(DropNACK)
		return
	}
	t.peer.circle.sfu.stats.rtx.Add(1)
}

func (t *downtrack) mayResend(seq uint16) bool {
	permit := t.peer.permit.Load()
	if t.writer == nil || t.repair.SSRC == 0 || t.repair.PayloadType == 0 || t.run.layer == nil {
		return false
	}
	if !permit.Receive || permit.receive != t.run.received || permit.Seat == t.seat || !t.rewriter.contains(seq) {
		return false
	}
	sent, ok := t.run.layer.peer.permit.Load().sends(t.run.layer.line)
	return ok && sent == t.run.sent
}

// repeat rebuilds the packet from the layer's ring and writes it. It returns
// the bytes of its payload.
func (t *downtrack) repeat(seq uint16, now int64) (int, bool) {
	d := &t.peer.down
	p := &d.again
	*p = packet{buf: d.scratch[:], offset: rtxRoom}
	source := t.rewriter.cuts.source(seq)
	if !t.run.layer.again(source, t.run, p) {
		return 0, false
	}
	_, frames, ok := t.rewriter.cuts.place(source, p.timestamp)
	if !ok {
		return 0, false
	}
	after := t.rewriter.cuts.frames() - frames
	payload := p.payload
	if len(payload) > 0 {
		if !parseVP8(payload, &p.vp8) {
			return 0, false
		}
		n, ok := t.rewriter.video.next(&p.vp8, p.timestamp, after, true)
		if !ok {
			return 0, false
		}
		payload = p.describe(n)
	}
	from := rtxRoom + len(p.payload) - len(payload) - rtxSequence
	binary.BigEndian.PutUint16(p.buf[from:], seq)
	h := &t.repair
	h.Marker, h.Timestamp = p.marker, p.timestamp+t.rewriter.stampOffset
	h.SequenceNumber++
	t.sendTime = t.peer.circle.sfu.sendTime(now)
	again := p.buf[from : rtxRoom+len(p.payload)]
	if _, err := t.writer.WriteRTP(h, again); err != nil {
		return 0, false
	}
	d.path.Sent(estimate.Video, len(again), now)
	return len(again), true
}
