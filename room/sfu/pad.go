package sfu

import (
	"github.com/pion/rtp"

	"hearth/room/sfu/estimate"
)

// padding is a payload of nothing but padding: its last byte tells its length
// (RFC 3550, 5.1).
var padding = [255]byte{254: 255}

// padBack is how many packets of a seat are repeated to fill a path.
const padBack = 32

// pad sends so many bytes more than there is to show, to find out whether the
// path carries them: repetitions of late packets, which mend a loss into the
// bargain, or plain padding. The caller holds the subscriber's lock.
func (p *Peer) pad(bytes int, now int64) {
	for back := uint16(0); back < padBack && bytes > 0; back++ {
		sent := 0
		for _, s := range p.seats {
			t := s.video
			if seq := t.rewriter.head - back; bytes > sent && t.mayResend(seq) {
				if again, ok := t.repeat(seq); ok && t.emit(again, now) {
					sent += len(again)
				}
			}
		}
		bytes -= sent
	}
	t := p.spare()
	for t != nil && bytes > 0 {
		bytes -= t.fill(now)
	}
}

// spare is a seat that has an RTX stream.
func (p *Peer) spare() *downtrack {
	for _, s := range p.seats {
		if t := s.video; t.writer != nil && t.repair.SSRC != 0 && t.repair.PayloadType != 0 && t.open(p.permit.Load()) {
			return t
		}
	}
	return nil
}

// fill sends one packet of padding and returns its size, at least 1.
func (t *downtrack) fill(now int64) int {
	var h rtp.Header = t.repair
	h.Marker, h.Padding = false, true
	t.repair.SequenceNumber++
	h.SequenceNumber = t.repair.SequenceNumber
	h.Timestamp = t.rewriter.stamp
	t.sendTime = t.peer.circle.sfu.sendTime(now)
	if _, err := t.writer.WriteRTP(&h, padding[:]); err == nil {
		t.peer.down.path.Sent(estimate.Video, len(padding), now)
	}
	return len(padding)
}
