package sfu

import (
	"sync"
	"sync/atomic"
	"time"
)

// layerAlive is how long a layer counts as sent after its last packet.
const layerAlive = int64(time.Second)

// layer is one published stream: the microphone, one simulcast layer of the
// camera, or the slide. Retransmissions the publisher sends for it are part
// of it.
type layer struct {
	// Static.
	peer     *Peer
	line     int
	rid      string // "" without simulcast
	codec    codec  // of pictures
	needs    level  // of pictures of H.264
	ringSize ringSize

	newest atomic.Int64 // when the stream last went on, ns; 0 for never

	mu         sync.Mutex
	ssrc       uint32 // guarded by mu, like all that follows
	generation uint32 // of the stream: another SSRC or a restart is a new one
	window     window
	losses     losses
	keyframe   keyframeRequest
	unit       accessUnit // of H.264
	sets       parameterSets
	began      beginning
	ring       ring
	flow       flow
	report     reception
	clock      senderClock
}

func newLayer(p *Peer, line int, rid string) *layer {
	l := &layer{peer: p, line: line, rid: rid, codec: p.offer.codecs.sent, ringSize: ringHigh}
	l.window.gap, l.needs = maxGapVideo, p.offer.codecs.needs(line, rid)
	switch {
	case line == lineMic:
		l.ringSize, l.window.gap = ringSize{}, maxGapAudio
	case rid == ridLow:
		l.ringSize = ringLow
	}
	return l
}

// video tells pictures from sound.
func (l *layer) video() bool { return l.line != lineMic }

// alive tells whether packets come in.
func (l *layer) alive(now int64) bool {
	at := l.newest.Load()
	return at != 0 && now-at < layerAlive
}

// accept files a packet: its place in the stream, what is missing before it,
// and, when the permit allows it to be forwarded, the packet itself for
// retransmission. It fills in what the subscribers have to know. The packet
// bucket is charged for the sequence numbers the stream moves on by.
func (l *layer) accept(p *packet, packets *bucket, now int64) (Reason, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !p.repair && p.ssrc != l.ssrc {
		l.begin(p.ssrc)
	}
	ahead := l.window.ahead(p.seq)
	if !packets.take(int64(ahead), now) {
		return DropPacketRate, false
	}
	p.arrival = l.window.accept(p.seq)
	switch p.arrival {
	case duplicate:
		return DropDuplicate, false
	case stale:
		return DropStale, false
	case restart:
		l.generation++
		l.losses.clear()
		l.unit = accessUnit{}
		l.report.restart(l.window.highest())
	case late:
		l.losses.arrived(p.seq)
	case fresh:
		if ahead > 1 && l.video() && p.allowed {
			l.losses.gap(p.seq, ahead, now)
		}
	}
	p.layer, p.generation = l, l.generation
	if !p.repair {
		l.report.received(p.timestamp, l.rate(), now)
	}
	if p.arrival != late {
		l.newest.Store(now)
	}
	if l.video() {
		l.flow.add(p.vp8.tid(), len(p.payload))
		l.sets.take(p)
		if p.allowed {
			l.keep(p, now)
		}
	}
	return 0, true
}

// begin makes the layer follow a new SSRC.
func (l *layer) begin(ssrc uint32) {
	l.ssrc = ssrc
	l.window = window{gap: l.window.gap}
	l.unit, l.sets.have = accessUnit{}, 0
	l.clock = senderClock{}
	l.report = reception{}
}

// keep files a picture's packet for retransmission, and finds out whether a
// picture may begin with it.
func (l *layer) keep(p *packet, now int64) {
	if p.keyframe = (p.vp8.keyframe || p.nals != 0) && p.newest() && l.begins(p); p.keyframe {
		l.keyframe.came()
		l.began = beginning{p.first, p.timestamp, p.bare, now, l.generation, p.epoch}
	}
	l.ring.put(p, p.epoch, l.ringSize)
}

// begins tells whether a packet that may do so begins a keyframe, and notes the packet to
// begin it with: of H.264 that of its parameter sets, if all since are there.
func (l *layer) begins(p *packet) bool {
	if p.first = p.seq; p.vp8.keyframe {
		return true
	}
	first, ok := l.unit.take(p.nals, p.seq, p.timestamp)
	for seq := first; ok && seq != p.seq; seq++ {
		ok = l.window.has(seq) && l.ring.has(seq, p.epoch)
	}
	if !ok {
		first, ok = l.bare(p)
		p.bare = ok
	}
	p.first = first
	return ok
}

// rate is the RTP clock rate.
func (l *layer) rate() int64 {
	if l.video() {
		return 90000
	}
	return 48000
}

// wantKeyframe asks the publisher for a keyframe with the next tick.
func (l *layer) wantKeyframe() {
	l.mu.Lock()
	l.keyframe.want()
	l.mu.Unlock()
}

// streams counts the streams that the layer has been.
func (l *layer) streams() uint32 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.generation
}

// source is the layer's SSRC, 0 before its first packet.
func (l *layer) source() uint32 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ssrc
}

// reported is what the publisher's last sender report said.
func (l *layer) reported() senderClock {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.clock
}

// forget drops what is kept for retransmission.
func (l *layer) forget() {
	l.mu.Lock()
	l.ring, l.began = ring{}, beginning{}
	l.mu.Unlock()
}

// again fetches a packet for retransmission, if it is still that of the run.
func (l *layer) again(seq uint16, r run, p *packet) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.generation == r.generation && l.ring.get(seq, r.sent, p)
}
