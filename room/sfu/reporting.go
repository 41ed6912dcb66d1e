package sfu

import (
	"sync"

	"github.com/pion/rtcp"
)

// reporting is when a peer is next told. Owned by the tick.
type reporting struct{ next int64 }

// report sends, once a second, what the browser needs to go on sending
// (receiver reports and a bit rate) and to play sound and picture in sync
// (sender reports).
func (p *Peer) report(now int64) {
	if now < p.reports.next {
		return
	}
	p.reports.next = now + reportEvery
	p.write(p.receiverReport(now))
	p.write(p.senderReports(now))
}

func (p *Peer) receiverReport(now int64) []rtcp.Packet {
	report := &rtcp.ReceiverReport{SSRC: p.ssrc}
	remb := &rtcp.ReceiverEstimatedMaximumBitrate{SenderSSRC: p.ssrc, Bitrate: uplinkCap}
	for _, u := range p.up {
		for _, l := range u.layers {
			l.mu.Lock()
			if l.ssrc != 0 && l.report.count > 0 {
				report.Reports = append(report.Reports, l.report.block(l.ssrc, &l.window, &l.clock, now))
				if l.video() {
					remb.SSRCs = append(remb.SSRCs, l.ssrc)
				}
			}
			l.mu.Unlock()
		}
	}
	// An empty report still tells the page that its connection is alive.
	if p.offer.codecs.remb && len(remb.SSRCs) > 0 {
		return []rtcp.Packet{report, remb}
	}
	return []rtcp.Packet{report}
}

// senderReports are one for each seat stream that plays and whose publisher
// has told its own clock.
func (p *Peer) senderReports(now int64) []rtcp.Packet {
	if !p.permit.Load().Receive {
		return nil
	}
	var out []rtcp.Packet
	p.down.mu.Lock()
	defer p.down.mu.Unlock()
	for _, s := range p.seats {
		for _, t := range []*downtrack{s.audio, s.video} {
			if r, ok := t.report(now); ok {
				out = append(out, r)
			}
		}
	}
	return out
}

// report ties the outgoing timestamps to our wall clock, by way of the
// publisher's last report. The caller holds the subscriber's lock.
func (t *downtrack) report(now int64) (*rtcp.SenderReport, bool) {
	l := t.run.layer
	if l == nil || t.writer == nil || !l.alive(now) {
		return nil, false
	}
	permit := l.peer.permit.Load()
	if sent, ok := permit.sends(l.line); !ok || sent != t.run.sent || permit.Seat != t.seat {
		return nil, false
	}
	c := l.reported()
	wall := t.peer.circle.sfu.wall(now)
	if !c.known {
		return nil, false
	}
	since := wall - l.peer.clock.local(ntpNanos(c.ntp)) // since the report was made
	stamp := c.stamp + uint32(since/1000*l.rate()/1e6) + t.rewriter.stampOffset
	return &rtcp.SenderReport{
		SSRC: t.plain.SSRC, NTPTime: ntpTime(wall), RTPTime: stamp,
		PacketCount: t.packets, OctetCount: t.octets,
	}, true
}

// wallClock maps one publisher's wall clock to ours: the least delay seen
// stands for the true offset. Sound and picture of a publisher share it, so
// they stay in sync, and seats that change hands stay on one clock.
type wallClock struct {
	mu     sync.Mutex
	known  bool  // guarded by mu
	offset int64 // ours minus theirs, ns; guarded by mu
}

// drift lets the offset follow clocks that run apart.
const drift = 64

func (c *wallClock) observe(theirs, ours int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := ours - theirs
	if !c.known || d < c.offset {
		c.known, c.offset = true, d
		return
	}
	c.offset += (d - c.offset) / drift
}

func (c *wallClock) local(theirs int64) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return theirs + c.offset
}
