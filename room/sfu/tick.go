package sfu

import (
	"time"

	"github.com/pion/rtcp"
)

// The rhythm of everything that is not driven by a packet.
const (
	tickEvery   = 20 * time.Millisecond
	reportEvery = int64(time.Second)
	// uplinkCap is the bit rate a browser may send at: both layers, the slide
	// and room to grow (REMB, draft-alvestrand-rmcat-remb).
	uplinkCap = 1_500_000
)

// run is the tick of all circles: keyframe requests, requests for lost
// packets, choice of layer, reports. It never waits for a participant.
func (s *SFU) run() {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	for {
		select {
		case <-s.closed:
			return
		case <-ticker.C:
		case <-s.wake:
		}
		now := s.now()
		if !s.fence.step(now) {
			continue
		}
		for _, c := range s.open() {
			c.tick(now)
		}
	}
}

// hurry has the next tick come at once.
func (s *SFU) hurry() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (c *Circle) tick(now int64) {
	peers := c.members()
	c.floor.Step(now)
	c.look(now)
	for _, p := range peers {
		switch receives := p.permit.Load().Receive; {
		case receives && p.ready.Load():
			c.serve(p, now)
		case !receives: // who is shown nothing misses nothing
			p.tell(MediaState{High: p.Media().High})
		}
	}
	c.dynacast(now)
	for _, p := range peers {
		if p.ready.Load() {
			p.ask(now)
			p.acknowledge(now)
			p.report(now)
		}
	}
}

// ask sends the publisher the keyframe requests and NACKs that are due.
func (p *Peer) ask(now int64) {
	permit := p.permit.Load()
	var out []rtcp.Packet
	for _, line := range []int{lineCamera, lineSlide} {
		if _, ok := permit.sends(line); !ok {
			continue
		}
		for _, l := range p.up[line].layers {
			out = p.askLayer(out, l, now)
		}
	}
	p.write(out)
}

func (p *Peer) askLayer(out []rtcp.Packet, l *layer, now int64) []rtcp.Packet {
	stats := &p.circle.sfu.stats
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ssrc == 0 {
		l.keyframe.forget()
		return out
	}
	if l.keyframe.due(now) {
		stats.keyframeRequests.Add(1)
		out = append(out, &rtcp.PictureLossIndication{SenderSSRC: p.ssrc, MediaSSRC: l.ssrc})
		if !l.alive(now) {
			l.keyframe.forget()
		}
	}
	if p.offer.codecs.nack && l.losses.count > 0 {
		if missing := l.losses.due(nil, now); len(missing) > 0 {
			stats.nacks.Add(uint64(len(missing)))
			out = append(out, &rtcp.TransportLayerNack{
				SenderSSRC: p.ssrc, MediaSSRC: l.ssrc, Nacks: rtcp.NackPairsFromSequenceNumbers(missing),
			})
		}
	}
	return out
}

// rtcpWriter is the end of the feedback path: SRTCP and the socket.
type rtcpWriter interface {
	WriteRTCP([]rtcp.Packet) error
}

// write sends RTCP. An error means that the peer is on its way out.
func (p *Peer) write(packets []rtcp.Packet) {
	if len(packets) > 0 && p.out != nil {
		_ = p.out.WriteRTCP(packets)
	}
}
