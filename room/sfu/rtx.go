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
// run and both grants still are what they were, no more often than once a round
// trip and within the share of the path that repairs may take. The packet goes out on the
// seat's RTX stream: under GCM the primary stream never repeats a sequence
// number.
func (t *downtrack) resend(seq uint16, now int64) {
	d := &t.peer.down
	d.mu.Lock()
	defer d.mu.Unlock()
	ok := !t.peer.circle.sfu.fence.holds(now) && t.mayResend(seq) && t.repaired.due(seq, d.path.Again(), now) && d.rtx.take(1, now)
	if ok {
		again, found := t.repeat(seq)
		ok = found && d.path.Repair(len(again), now) && t.emit(again, now)
	}
	if !ok {
		t.peer.circle.sfu.stats.drop(DropNACK)
		return
	}
	t.repaired.note(seq, now)
	t.peer.circle.sfu.stats.rtx.Add(1)
}

// repairs remembers when packets were last retransmitted. Guarded by its
// subscriber's lock.
type repairs [64]struct {
	seq uint16
	at  int64 // 0 for never
}

// due tells whether a packet may be sent again: the last repetition is longer
// ago than it takes to know that it is missing, too.
func (r *repairs) due(seq uint16, pause, now int64) bool {
	e := &r[seq%uint16(len(r))]
	return e.at == 0 || e.seq != seq || now-e.at >= pause
}

func (r *repairs) note(seq uint16, now int64) {
	e := &r[seq%uint16(len(r))]
	e.seq, e.at = seq, now
}

func (t *downtrack) mayResend(seq uint16) bool {
	permit := t.peer.permit.Load()
	if t.writer == nil || t.repair.SSRC == 0 || t.repair.PayloadType == 0 || t.run.layer == nil {
		return false
	}
	if !permit.Receive || permit.receive != t.run.received || permit.Seat == t.seat || !t.rewriter.contains(seq) && !t.prefaced(seq) {
		return false
	}
	sent, ok := t.run.layer.peer.permit.Load().sends(t.run.layer.line)
	return ok && sent == t.run.sent
}

// repeat rebuilds a packet from the layer's ring as the payload of an RTX
// packet, in the subscriber's scratch, and sets the header for it.
func (t *downtrack) repeat(seq uint16) ([]byte, bool) {
	if t.prefaced(seq) {
		return t.repeatPreface()
	}
	d := &t.peer.down
	p := &d.again
	*p = packet{buf: d.scratch[:], offset: rtxRoom}
	source := t.rewriter.cuts.source(seq)
	if !t.run.layer.again(source, t.run, p) {
		return nil, false
	}
	_, frames, ok := t.rewriter.cuts.place(source, p.timestamp)
	if !ok {
		return nil, false
	}
	payload := p.payload
	if len(payload) > 0 && t.run.layer.codec == codecVP8 {
		if !parseVP8(payload, &p.vp8) {
			return nil, false
		}
		n, ok := t.rewriter.video.next(&p.vp8, p.timestamp, t.rewriter.cuts.frames()-frames, true)
		if !ok {
			return nil, false
		}
		payload = p.describe(n)
	}
	from := rtxRoom + len(p.payload) - len(payload) - rtxSequence
	binary.BigEndian.PutUint16(p.buf[from:], seq)
	t.repair.Marker, t.repair.Timestamp = p.marker, p.timestamp+t.rewriter.stampOffset
	return p.buf[from : rtxRoom+len(p.payload)], true
}

// emit sends what repeat made.
func (t *downtrack) emit(again []byte, now int64) bool {
	t.repair.SequenceNumber++
	t.sendTime = t.peer.circle.sfu.sendTime(now)
	if _, err := t.writer.WriteRTP(&t.repair, again); err != nil {
		return false
	}
	t.peer.down.path.Sent(estimate.Video, len(again), now)
	return true
}
