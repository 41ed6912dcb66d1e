package main

import (
	"math/rand/v2"
	"sync"
	"time"

	"hearth/room/sfu/sfutest"
)

// listener is one participant's ears and eyes during one session: it judges
// every packet that arrives. Safe for concurrent use.
type listener struct {
	// Static after newListener.
	tally  *tally
	circle *circle
	loss   float64 // share of packets to lose
	born   int64   // when

	mu    sync.Mutex // guards all below
	seats []seatStreams

	admitted int64  // when admission was asked for; 0 for no measurement
	awaited  uint32 // slots whose picture is still to come
	pictured bool   // the first one has come

	longest  int64 // silence of somebody who should be heard, ns
	paused   int64 // the longest pause between two packets when they were sent, ns
	finished bool
}

type seatStreams struct {
	sound, picture sequence
	slot           int    // whose sound came last
	epoch          uint32 // of that voice, then
	heard          int64  // when; 0 for never
	keyed          int64  // when a keyframe of the picture came last
	sent           int64  // when it was sent
}

func newListener(t *tally, c *circle, seats int, loss float64) *listener {
	return &listener{tally: t, circle: c, loss: loss, born: sfutest.Now(), seats: make([]seatStreams, seats)}
}

// await begins the measurement of a join: whose pictures are to come.
func (l *listener) await(slots uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.admitted, l.awaited, l.pictured = sfutest.Now(), slots, false
}

// absent takes somebody who has left out of what is awaited.
func (l *listener) absent(slot int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.awaited &^= 1 << slot; l.awaited == 0 {
		l.admitted = 0
	}
}

// take is sfutest.Config.OnPacket: false loses the packet.
func (l *listener) take(p sfutest.Packet) bool {
	if l.loss > 0 && rand.Float64() < l.loss {
		if l.tally.measuring.Load() {
			l.tally.injected.Add(1)
		}
		return false
	}
	now := sfutest.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.finished {
		return true
	}
	s := &l.seats[p.Seat]
	switch {
	case p.Repair:
		if seq, _, ok := p.Original(); ok && !p.Header.Padding { // padding tries the path
			s.picture.repair(seq)
		}
		return true
	case p.Video:
		s.picture.add(p.Header.SequenceNumber)
	default:
		s.sound.add(p.Header.SequenceNumber)
	}
	l.judge(s, p, now)
	return true
}

// judge looks into a packet of a primary stream. The caller holds mu.
func (l *listener) judge(s *seatStreams, p sfutest.Packet, now int64) {
	who, _, _ := p.Tag()
	sent, ok := p.SentAt()
	if !ok {
		l.tally.untimed.Add(1)
		return
	}
	from := l.circle.slot(who)
	if from < 0 {
		l.tally.strays.Add(1)
		return
	}
	took := time.Duration(now - sent)
	if !p.Video {
		l.tally.voice(took)
		l.hear(s, from, sent, now)
		return
	}
	d, ok := sfutest.ParseDescriptor(p.Payload)
	key := ok && d.Keyframe
	if key {
		s.keyed = now
	}
	l.tally.image(took, sent < s.keyed)
	if key {
		l.see(from, now)
	}
}

// see ends the waiting for somebody's picture: it begins with a keyframe.
func (l *listener) see(from int, now int64) {
	if l.admitted == 0 || l.awaited&(1<<from) == 0 {
		return
	}
	if !l.pictured {
		l.pictured = true
		l.tally.first.add(time.Duration(now - l.admitted))
	}
	if l.awaited &^= 1 << from; l.awaited == 0 {
		l.tally.everyone.add(time.Duration(now - l.admitted))
		l.admitted = 0
	}
}

// hear looks for gaps in somebody's sound, and for sound that should not be.
func (l *listener) hear(s *seatStreams, from int, sent, now int64) {
	v := &l.circle.members[from].voice
	v.heard.Store(now)
	if muted := v.muted.Load(); muted != 0 && sent > muted {
		l.tally.leaks.Add(1)
	}
	epoch := v.epoch.Load()
	if s.heard != 0 && s.slot == from && s.epoch == epoch && v.on.Load() {
		l.longest, l.paused = max(l.longest, now-s.heard), max(l.paused, sent-s.sent)
	}
	s.slot, s.epoch, s.heard, s.sent = from, epoch, now, sent
}

// restart forgets the counts: the measurement begins.
func (l *listener) restart() {
	now := sfutest.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.longest, l.paused = 0, 0
	for i := range l.seats {
		s := &l.seats[i]
		s.sound.restart()
		s.picture.restart()
		if s.heard != 0 {
			s.heard, s.sent = now, now // a gap from before is not this measurement's
		}
	}
}

// finish adds what was counted to the tally, once; what comes later does not
// count. A voice that has not come back by now is a gap until now.
func (l *listener) finish() {
	now := sfutest.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.finished {
		return
	}
	l.finished = true
	for i := range l.seats {
		s := &l.seats[i]
		if v := &l.circle.members[s.slot].voice; s.heard != 0 && v.on.Load() && v.epoch.Load() == s.epoch {
			l.longest = max(l.longest, now-s.heard)
		}
		l.tally.audio.take(&s.sound)
		l.tally.video.take(&s.picture)
	}
	l.tally.gaps.add(time.Duration(l.longest))
	l.tally.pauses.add(time.Duration(l.paused))
}

// settled is for how long both sides have to be there before a voice that was
// never heard is missing.
const settled = int64(time.Second)

// unheard counts the voices that should have been heard by now and never were.
func (l *listener) unheard(self int) (n int) {
	now := sfutest.Now()
	if now-l.born < settled {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var heard uint32
	for i := range l.seats {
		if s := &l.seats[i]; s.heard != 0 {
			heard |= 1 << s.slot
		}
	}
	for slot, m := range l.circle.members {
		v := &m.voice
		if slot != self && v.on.Load() && now-v.since.Load() > settled && heard&(1<<slot) == 0 {
			n++
		}
	}
	return n
}

// missing is what to ask again of a seat's picture, appended to seqs.
func (l *listener) missing(seat int, seqs []uint16) []uint16 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seats[seat].picture.wanted(seqs)
}
