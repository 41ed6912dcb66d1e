package emulate_test

import (
	"math/rand/v2"

	"hearth/room/sfu/allocate"
	"hearth/room/sfu/emulate"
	"hearth/room/sfu/estimate"
)

// A model of the sending side, for closed loops without the SFU: twelve
// cameras with two layers and three temporal layers each, twelve voices with
// DTX, and one viewer whose downlink is emulated. The viewer's estimate and plan
// are the real ones.

const (
	modelSeats   = 12
	framePeriod  = emulate.Second / 24
	packetMost   = 1100
	planEvery    = 100 * emulate.Millisecond
	keyframeWait = 500 * emulate.Millisecond
)

// layerShape is the bytes of a layer's frames by temporal layer, and of its keyframes.
type layerShape struct {
	frame [3]int
	key   int
}

// 120 and 450 kbit/s at 24 fps, 40 / 20 / 40 % by temporal layer.
var shapes = [2]layerShape{
	{[3]int{1000, 500, 500}, 5000},
	{[3]int{3750, 1875, 1875}, 15000},
}

var temporalPattern = [4]uint8{0, 2, 1, 2}

// nominal is what the levels take, bits a second, as measured by the SFU.
var nominal = [allocate.Levels]int64{0, 48_000, 72_000, 120_000, 180_000, 270_000, 450_000}

// model is one viewer, and all who send.
type model struct {
	world    *emulate.World
	random   *rand.Rand
	down, up *emulate.Link
	receiver *emulate.Receiver
	estimate estimate.Downlink
	plan     allocate.Plan
	seats    [modelSeats]*cameraSeat
	voices   [modelSeats]*voice
	stage    stage
	large    int  // seats 0 to large-1 are large
	still    bool // the same person talks all the time
	planned  int64
	changes  int // of levels
	recent   [32]*emulate.Packet
	at       int
	padded   int64
	log      []second
}

// second is what happened in one.
type second struct {
	passed, waiting int64
	budget, remb    int64
	changes, off    int
	bits            int64 // Bits
}

// cameraSeat is a camera and what the viewer gets of it.
type cameraSeat struct {
	m        *model
	ssrc     uint32
	pattern  [2]int
	keyDue   [2]bool
	keyAt    [2]int64
	layer    int // shown, -1 for none
	want     int
	top      uint8
	wantTop  uint8
	seq      uint16
	picture  uint16
	tl0      uint8
	ring     [512]*emulate.Packet
	repaired [512]int64
	stream   estimate.Stream
}

type voice struct {
	m       *model
	ssrc    uint32
	seq     uint16
	talking bool
	next    int64
	stream  estimate.Stream
}

func newModel(seed uint64, path emulate.Path) *model {
	w := emulate.NewWorld(emulate.Second)
	m := &model{world: w, random: rand.New(rand.NewPCG(seed, 1)), estimate: estimate.New(w.Now())}
	back := emulate.Path{Delay: path.Delay, Jitter: path.Jitter, Loss: path.Loss}
	m.down = w.Link(path, seed+1, m.arrive)
	m.up = w.Link(back, seed+2, func(p any) { m.feedback(p.(*emulate.Feedback)) })
	m.receiver = w.Receiver(seed+3, func(f *emulate.Feedback) { m.up.Send(f.Size(), f) })
	m.receiver.RTT(max(2*path.Delay, 10*emulate.Millisecond))
	for i := range modelSeats {
		m.addSeat(i)
	}
	m.plan.Pace = 150 * emulate.Millisecond
	m.stage = stage{m: m, speaker: -1}
	w.Every(20*emulate.Millisecond, m.tick)
	w.Every(emulate.Second, m.senderReports)
	w.Every(emulate.Second, m.note)
	return m
}

// path changes the downlink, and the way back with it.
func (m *model) path(p emulate.Path) {
	m.down.Change(p)
	m.up.Change(emulate.Path{Delay: p.Delay, Jitter: p.Jitter, Loss: p.Loss})
}

func (m *model) addSeat(i int) {
	c := &cameraSeat{m: m, ssrc: uint32(2000 + i), layer: -1, want: -1}
	m.seats[i] = c
	m.receiver.Video(c.ssrc)
	m.receiver.Paused(c.ssrc, true)
	m.world.After(m.random.Int64N(framePeriod), func() { m.world.Every(framePeriod, c.frame) })
	v := &voice{m: m, ssrc: uint32(1000 + i)}
	m.voices[i] = v
	m.receiver.Voice(v.ssrc)
	m.world.After(m.random.Int64N(20*emulate.Millisecond), func() { m.world.Every(20*emulate.Millisecond, v.tick) })
}

// sr is a sender report on its way.
type sr struct {
	ssrc uint32
	ntp  uint64
}

func (m *model) arrive(p any) {
	switch p := p.(type) {
	case *emulate.Packet:
		m.receiver.Receive(p)
	case sr:
		m.receiver.SenderReport(p.ssrc, p.ntp)
	}
}

func ntp(now int64) uint64 {
	return uint64(now/emulate.Second)<<32 | uint64(now%emulate.Second)<<32/uint64(emulate.Second)
}

func (m *model) senderReports() {
	for i := range modelSeats {
		m.down.Send(28+48, sr{m.seats[i].ssrc, ntp(m.world.Now())})
		m.down.Send(28+48, sr{m.voices[i].ssrc, ntp(m.world.Now())})
	}
}

// frame is what each camera does 24 times a second, in both layers.
func (c *cameraSeat) frame() {
	now := c.m.world.Now()
	for l := range shapes {
		key := c.keyDue[l] && now-c.keyAt[l] >= keyframeWait
		if key {
			c.keyDue[l], c.keyAt[l], c.pattern[l] = false, now, 0
		}
		temporal := temporalPattern[c.pattern[l]%4]
		c.pattern[l]++
		c.show(l, temporal, key, now)
	}
}

// show forwards a frame or leaves it out.
func (c *cameraSeat) show(l int, temporal uint8, key bool, now int64) {
	if key && l == c.want && l != c.layer {
		c.layer = l
	}
	if l != c.layer || c.want < 0 {
		return
	}
	if temporal == 0 || c.wantTop < c.top {
		c.top = c.wantTop
	}
	if temporal > c.top {
		return
	}
	size := shapes[l].frame[temporal]
	if key {
		size = shapes[l].key
	}
	c.send(size*(70+c.m.random.IntN(61))/100, temporal, key, now)
}

func (c *cameraSeat) send(size int, temporal uint8, key bool, now int64) {
	c.picture = (c.picture + 1) & 0x7fff
	if temporal == 0 {
		c.tl0++
	}
	for start := true; size > 0; start = false {
		n := min(size, packetMost)
		size -= n
		c.seq++
		p := &emulate.Packet{
			SSRC: c.ssrc, Seq: c.seq, Stamp: uint32(now / 100 * 9 / 1000), Payload: n, Marker: size == 0,
			Start: start, Key: key, Picture: c.picture, TL0: c.tl0, Temporal: temporal,
		}
		c.ring[c.seq%512] = p
		c.m.recent[c.m.at%len(c.m.recent)] = p
		c.m.at++
		c.m.sendVideo(p)
	}
}

func (m *model) sendVideo(p *emulate.Packet) {
	now := m.world.Now()
	out := *p
	out.SendTime = emulate.SendTime(now)
	m.estimate.Sent(estimate.Video, p.Payload, now)
	m.down.Send(p.Payload+emulate.Overhead, &out)
}

// choose acts on the plan.
func (c *cameraSeat) choose(l allocate.Level) {
	layer := -1
	if l != allocate.Off {
		if layer = 0; l.High() {
			layer = 1
		}
	}
	c.wantTop = l.Temporal()
	if layer == c.want {
		return
	}
	if c.want = layer; layer < 0 {
		c.layer = -1
		c.m.receiver.Paused(c.ssrc, true)
		return
	}
	c.m.receiver.Paused(c.ssrc, false)
	c.keyDue[layer] = c.keyDue[layer] || layer != c.layer
}

// tick is a voice's 20 ms.
func (v *voice) tick() {
	now := v.m.world.Now()
	size := 60 + v.m.random.IntN(41)
	if !v.talking {
		if now < v.next {
			return
		}
		size, v.next = 8, now+400*emulate.Millisecond
	}
	v.seq++
	v.m.estimate.Sent(estimate.Audio, size, now)
	v.m.down.Send(size+emulate.Overhead, &emulate.Packet{
		SSRC: v.ssrc, Seq: v.seq, Stamp: uint32(now / 1000 * 48 / 1000), Payload: size,
	})
}

type turn struct {
	who  int
	ends int64
}

// stage is who talks: one always, sometimes two or three.
type stage struct {
	m       *model
	speaker int
	turns   [3]turn
	last    [modelSeats]int64
}

func (s *stage) tick(now int64) {
	for i := range s.turns {
		if s.m.still {
			s.turns = [3]turn{{3, 1 << 62}, {-1, 1 << 62}, {-1, 1 << 62}}
		}
		t := &s.turns[i]
		if now < t.ends {
			continue
		}
		who := s.m.random.IntN(modelSeats)
		if i > 0 && s.m.random.IntN(100) >= 40/i {
			who = -1
		}
		t.who, t.ends = who, now+2*emulate.Second+s.m.random.Int64N(6*emulate.Second)
	}
	for i, v := range s.m.voices {
		v.talking = s.turns[0].who == i || s.turns[1].who == i || s.turns[2].who == i
		if v.talking {
			s.last[i] = now
		}
	}
	s.speaker = s.turns[0].who
}

func (s *stage) rank(i int) (allocate.Rank, uint8) {
	switch {
	case i == s.speaker:
		return allocate.DominantSpeaker, 0
	case i == 0:
		return allocate.Facilitator, 0
	}
	before := 0
	for j, at := range s.last {
		if j != i && j != s.speaker && at > s.last[i] {
			before++
		}
	}
	if s.last[i] == 0 || before > 3 {
		return allocate.Other, 0
	}
	return allocate.LastSpeaker, uint8(before)
}

func (m *model) tick() {
	now := m.world.Now()
	before := m.stage.speaker
	m.stage.tick(now)
	m.pad(m.estimate.Tick(now))
	if now < m.planned && before == m.stage.speaker {
		return
	}
	m.planned = now + planEvery
	m.allocate(now)
}

func (m *model) allocate(now int64) {
	var candidates [modelSeats]allocate.Candidate
	for i := range candidates {
		rank, recent := m.stage.rank(i)
		c := allocate.Candidate{Seat: i, Rank: rank, Recent: recent, Low: true, High: true, Large: i < m.large}
		for l, bits := range nominal {
			c.Bits[l] = bits * int64(95+m.random.IntN(11)) / 100
		}
		candidates[i] = c
	}
	before := m.levels()
	choices := m.plan.Next(now, m.estimate.Pictures(now), false, candidates[:])
	for i, c := range m.seats {
		c.choose(choices[i].Level)
	}
	for i, l := range m.levels() {
		if l != before[i] {
			m.changes++
		}
	}
	if need := m.plan.Need(); need > 0 {
		m.estimate.Probe(need, now)
	}
}

func (m *model) levels() (all [modelSeats][2]int) {
	for i, c := range m.seats {
		all[i] = [2]int{c.want, int(c.wantTop)}
	}
	return all
}

// pad sends repeats of what was sent last, else empty packets.
func (m *model) pad(bytes int) {
	for i := 1; bytes > 0; i++ {
		p := m.recent[(m.at+len(m.recent)*8-i)%len(m.recent)]
		if p == nil || i > len(m.recent) {
			p = &emulate.Packet{SSRC: m.seats[0].ssrc, Payload: 255, Padding: true}
		}
		r := *p
		r.Repair = true
		m.sendVideo(&r)
		bytes -= p.Payload
		m.padded += int64(p.Payload)
	}
}

func (m *model) feedback(f *emulate.Feedback) {
	now := m.world.Now()
	if f.REMB > 0 {
		m.estimate.REMB(f.REMB, now)
	}
	for _, r := range f.Reports {
		lost, expected := m.stream(r.SSRC).Since(r.Highest, r.Cumulative)
		rtt := int64(0)
		if r.LastSR != 0 {
			rtt = int64(uint32(ntp(now)>>16)-r.LastSR-r.Delay) * emulate.Second / 65536
		}
		if rtt > 0 {
			m.receiver.RTT(rtt) // which the browser learns from its own sending
		}
		m.estimate.Report(lost, expected, rtt, now)
	}
	for _, n := range f.NACKs {
		m.repair(n)
	}
	for _, ssrc := range f.PLIs {
		if c := m.seats[ssrc-2000]; c.layer >= 0 {
			c.keyDue[c.layer] = true
		}
	}
}

func (m *model) stream(ssrc uint32) *estimate.Stream {
	if ssrc >= 2000 {
		return &m.seats[ssrc-2000].stream
	}
	return &m.voices[ssrc-1000].stream
}

func (m *model) repair(n emulate.NACK) {
	now := m.world.Now()
	for _, seq := range n.Seqs {
		p := m.seats[n.SSRC-2000].ring[seq%512]
		if c := m.seats[n.SSRC-2000]; p == nil || p.Seq != seq || c.want < 0 || now-c.repaired[seq%512] < m.estimate.Again() || !m.estimate.Repair(p.Payload, now) {
			continue
		}
		m.seats[n.SSRC-2000].repaired[seq%512] = now
		r := *p
		r.Repair = true
		m.sendVideo(&r)
	}
}

func (m *model) note() {
	now := m.world.Now()
	s := second{
		passed: m.down.Stats().PassedBytes, waiting: int64(m.down.Waiting()), changes: m.changes,
		budget: m.estimate.Pictures(now), remb: m.receiver.Estimate(), bits: m.estimate.Bits(now),
	}
	for _, c := range m.seats {
		if c.want < 0 {
			s.off++
		}
	}
	m.log = append(m.log, s)
}
