package sfu

import "time"

// Bounds of beginning a picture from what is kept of it: an older keyframe
// means more frames to catch up with than a new one costs.
const (
	replayYoung   = int64(900 * time.Millisecond)
	replayPackets = 64
)

// beginning is the last keyframe of a layer. Guarded by its layer's lock.
type beginning struct {
	seq        uint16
	stamp      uint32
	bare       bool  // without the parameter sets of H.264
	at         int64 // when it came, ns; 0 for never
	generation uint32
	epoch      epoch
}

// kept is the run that begins with the layer's last keyframe, if it is young
// and every packet since is there.
func (l *layer) kept(now int64) (b beginning, count int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b = l.began
	count = int(l.window.head-b.seq) + 1
	if b.at == 0 || now-b.at > replayYoung || b.generation != l.generation || count > replayPackets {
		return b, 0, false
	}
	for i := range count {
		if !l.ring.has(b.seq+uint16(i), b.epoch) {
			return b, 0, false
		}
	}
	return b, count, true
}

// replay begins the picture at once from what the layer keeps, where that is
// possible, so that a newcomer need not wait for another keyframe and nobody
// has to make one. Packets that were kept and are still on their way through
// the fan-out are refused by the rewriter when they come.
func (t *downtrack) replay(l *layer, now int64) bool {
	d := &t.peer.down
	d.mu.Lock()
	defer d.mu.Unlock()
	b, count, ok := l.kept(now)
	from, to := l.peer.permit.Load(), t.peer.permit.Load()
	sent, may := from.sends(l.line)
	if !ok || !may || sent != b.epoch || from.Seat != t.seat || from.Room != to.Room || !t.open(to) {
		return false
	}
	r := run{l, b.generation, b.epoch, to.receive}
	if t.run == r {
		return true // it has begun meanwhile
	}
	t.restore(r, b.seq, count, b.bare, t.peer.circle.sfu.sendTime(now), now)
	t.peer.circle.sfu.stats.replays.Add(1)
	return true
}

// restore begins a run with kept packets, and tells whether there were any. The
// caller holds the subscriber's lock.
func (t *downtrack) restore(r run, first uint16, count int, bare bool, sendTime [3]byte, now int64) bool {
	d := &t.peer.down
	p, sent, bytes := &d.again, uint64(0), uint64(0)
	for i := range count {
		*p = packet{buf: d.scratch[:], offset: rtxRoom, layer: r.layer, sendTime: sendTime}
		if !r.layer.again(first+uint16(i), r, p) || len(p.payload) > 0 && !p.parse(r.layer.codec) {
			break // the ring has gone on meanwhile; the receiver asks for the rest
		}
		if i == 0 {
			p.bare = bare
			t.begin(r, p, now)
		}
		if t.pass(p, p.marker, now) {
			sent, bytes = sent+1, bytes+uint64(len(p.payload))
		}
	}
	t.rewriter.close()
	stats := &t.peer.circle.sfu.stats
	stats.packetsForwarded.Add(sent)
	stats.bytesForwarded.Add(bytes)
	return t.run == r
}
