package sfu

import (
	"time"

	"hearth/room/sfu/red"
)

// When a listener gets every packet of sound twice more (RFC 2198): while its
// path loses so much that in-band FEC and concealment are heard, and has room for it.
// On a path that loses because it is full, three times the sound is more of the same.
const (
	redundantFrom  = 3 // percent of sound lost
	redundantUntil = 1
	redundantCalm  = int64(10 * time.Second)
	redundantEvery = int64(2 * time.Second)
	redundantLeast = 50 // packets to judge by
)

// redundancy decides whether a listener's sound is repeated. Guarded by the
// subscriber's lock.
type redundancy struct {
	on             bool
	began          int64
	lost, expected int64
	calm           int64 // since when little is lost; 0 while much is
}

// times is how many times the present sound the path has to carry.
func (r *redundancy) times() int64 {
	if r.on {
		return 1
	}
	return 1 + red.Depth
}

// report takes what the listener lost of one stream of sound, and whether the
// path carries it that many times.
func (r *redundancy) report(lost, expected uint32, carries bool, now int64) {
	r.on = r.on && carries
	r.lost += int64(lost)
	r.expected += int64(expected)
	if now-r.began < redundantEvery || r.expected < redundantLeast {
		return
	}
	r.judge(100*r.lost/r.expected, carries, now)
	r.began, r.lost, r.expected = now, 0, 0
}

func (r *redundancy) judge(percent int64, carries bool, now int64) {
	switch {
	case percent >= redundantFrom:
		r.on, r.calm = carries, 0
	case percent >= redundantUntil:
		r.calm = 0
	case r.calm == 0:
		r.calm = now
	case now-r.calm > redundantCalm:
		r.on = false
	}
}

// remember files a packet of sound and finds those it may repeat.
func (u *uplink) remember(p *packet) {
	stream := uint64(p.generation)<<32 | uint64(p.epoch)
	p.before = u.history.Before(p.seq, p.timestamp, stream, u.before[:0])
	u.history.Keep(p.seq, p.timestamp, stream, p.payload)
}

// repeating is a packet's payload with those before it, if this listener needs
// them and has been sent them: what was said before somebody came is not for
// them. The caller holds the subscriber's lock.
func (t *downtrack) repeating(p *packet) (payload []byte, ok bool) {
	d, c := &t.peer.down, &t.peer.offer.codecs
	if !d.redundancy.on || c.red == 0 || len(p.before) == 0 || t.rewriter.length <= red.Depth {
		return nil, false
	}
	for i := range p.before {
		p.before[i].PayloadType = c.opus
	}
	primary := red.Block{PayloadType: c.opus, Timestamp: p.timestamp, Data: p.payload}
	payload = red.Append(d.scratch[:0], primary, p.before...)
	return payload, len(p.payload) <= red.MaxPayload
}
