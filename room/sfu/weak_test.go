package sfu

import (
	"encoding/binary"
	"flag"
	"math"
	"math/rand/v2"
	"testing"

	"hearth/room/sfu/emulate"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// The real packet path, from twelve publishers' taps to a thirteenth person
// whose downlink is emulated, in virtual time. The loops of package emulate try
// more paths with a model of the path's rules; this is the rules themselves.

const weakSenders = 12

// weakWorld is a circle with one viewer on a bad connection.
type weakWorld struct {
	world    *emulate.World
	random   *rand.Rand
	c        *Circle
	viewer   *Peer
	down, up *emulate.Link
	receiver *emulate.Receiver
	talking  int
}

// weakEnd is one seat's end of the viewer's packet path.
type weakEnd struct {
	w     *weakWorld
	video bool
}

// WriteRTP puts a packet on the link. A repair is told by its SSRC.
func (e *weakEnd) WriteRTP(h *rtp.Header, payload []byte) (int, error) {
	p := &emulate.Packet{SSRC: h.SSRC, Seq: h.SequenceNumber, Stamp: h.Timestamp, Payload: len(payload),
		SendTime: emulate.SendTime(e.w.world.Now()), Marker: h.Marker, Padding: h.Padding}
	body := payload
	if h.SSRC >= 3000 {
		p.SSRC, p.Repair = h.SSRC-1000, true
		if !h.Padding {
			p.Seq, body = binary.BigEndian.Uint16(payload), payload[2:]
		}
	}
	var d vp8
	if e.video && !p.Padding && parseVP8(body, &d) {
		p.Start, p.Key, p.Picture, p.TL0, p.Temporal = d.start, d.keyframe, d.id, d.tl0, d.tid()
	}
	e.w.down.Send(p.Payload+emulate.Overhead, p)
	return len(payload), nil
}

// WriteRTCP passes sender reports on; all else is for publishers.
func (w *weakWorld) WriteRTCP(packets []rtcp.Packet) error {
	for _, p := range packets {
		if r, ok := p.(*rtcp.SenderReport); ok {
			w.down.Send(28+48, r)
		}
	}
	return nil
}

func newWeakWorld(t testing.TB, seed uint64, path emulate.Path) *weakWorld {
	c, peers := bareCircle(t, weakSenders+1, func() rtpWriter { return discard{} })
	w := &weakWorld{world: emulate.NewWorld(c.sfu.now()), random: rand.New(rand.NewPCG(seed, 5)), c: c, viewer: peers[weakSenders]}
	w.down = w.world.Link(path, seed+1, w.arrive)
	w.up = w.world.Link(emulate.Path{Delay: path.Delay}, seed+2, func(p any) { w.feedback(p.(*emulate.Feedback)) })
	w.receiver = w.world.Receiver(seed+3, func(f *emulate.Feedback) { w.up.Send(f.Size(), f) })
	w.receiver.RTT(2 * path.Delay)
	w.viewer.out = w
	w.viewer.offer.codecs.red = 63
	for seat := range weakSenders {
		w.viewer.seats[seat].audio.writer = &weakEnd{w: w}
		w.viewer.seats[seat].video.writer = &weakEnd{w: w, video: true}
		w.receiver.Voice(uint32(1000 + seat))
		w.receiver.Video(uint32(2000 + seat))
		g := full(seat)
		g.Receive = false // what they see is not looked at
		c.allow(peers[seat], g)
		w.publish(peers[seat], uint32(100*seat))
	}
	w.world.Every(20*ms, func() { w.tick() })
	w.world.Every(5*int64(1e9), func() { w.talking = w.random.IntN(weakSenders) })
	return w
}

func (w *weakWorld) arrive(p any) {
	switch p := p.(type) {
	case *emulate.Packet:
		w.receiver.Receive(p)
	case *rtcp.SenderReport:
		w.receiver.SenderReport(p.SSRC, p.NTPTime)
	}
}

// feedback reaches the taps as pion would hand it to them: once for each SSRC
// it names.
func (w *weakWorld) feedback(f *emulate.Feedback) {
	for _, m := range f.Messages(1) {
		to := f.SSRCs
		if m[1] == 201 {
			to = []uint32{binary.BigEndian.Uint32(m[8:])}
		} else if m[1] == 205 || m[1] == 206 && m[0]&0x1f == 1 {
			to = []uint32{binary.BigEndian.Uint32(m[8:])}
		}
		for _, ssrc := range to {
			w.viewer.control(&rtcpTap{peer: w.viewer, ssrc: ssrc, track: w.viewer.trackOf(ssrc)}, m, w.world.Now())
		}
	}
}

func (w *weakWorld) tick() {
	w.c.tick(w.world.Now())
	paused := map[int]bool{}
	for seat := range weakSenders {
		paused[seat] = w.viewer.seats[seat].video.target.Load() == nil
		w.receiver.Paused(uint32(2000+seat), paused[seat])
	}
}

// publish lets one person send: a voice with DTX, and a camera in two layers
// of three temporal layers each.
func (w *weakWorld) publish(p *Peer, ssrc uint32) {
	seat := p.permit.Load().Seat
	mic := &bareStream{line: lineMic, ssrc: ssrc + 1}
	tap := &rtpTap{peer: p, ssrc: mic.ssrc}
	quiet := 0
	w.world.After(w.random.Int64N(20*ms), func() {
		w.world.Every(20*ms, func() {
			mic.stamp += 960
			if w.talking != seat {
				if quiet++; quiet%20 != 0 {
					return
				}
			}
			b := mic.at(uint16(mic.seq), mic.stamp, 0, false)
			mic.seq++
			feed(p, tap, w.world.Now(), append(b, make([]byte, 62)...))
		})
	})
	for i, rid := range []string{ridLow, ridHigh} {
		w.camera(p, ssrc+2+uint32(i), rid, 1000*(1+i*3))
	}
}

// camera sends 24 frames a second; a frame of the lowest temporal layer has so
// many bytes, the others half of it, a keyframe five times.
func (w *weakWorld) camera(p *Peer, ssrc uint32, rid string, bytes int) {
	tap, l := &rtpTap{peer: p, ssrc: ssrc}, p.up[lineCamera].layer(rid)
	n, seq, id, tl0, key, stamp := 0, uint16(0), uint16(0), uint8(0), uint8(0), uint32(0)
	frame := func() {
		now := w.world.Now()
		l.mu.Lock()
		begin := l.keyframe.wanted && l.keyframe.asked != 0 && now-l.keyframe.asked > 30*ms || n == 0
		l.mu.Unlock()
		tid, left := [...]uint8{0, 2, 1, 2}[n%4], bytes
		if begin {
			n, tid, left = 0, 0, 5*bytes
			key++
		} else if tid != 0 {
			left = bytes / 2
		}
		if n++; tid == 0 {
			tl0++
		}
		for first := true; left > 0; first = false {
			size := min(left, 1100)
			left -= size
			b := make([]byte, 0, size+60)
			b = append(b, 0x90, 96, byte(seq>>8), byte(seq))
			if left <= 0 {
				b[1] |= 0x80
			}
			b = binary.BigEndian.AppendUint32(b, stamp)
			b = binary.BigEndian.AppendUint32(b, ssrc)
			b = append(b, 0xbe, 0xde, 0, 1, 1<<4, '0'+lineCamera, 4<<4, rid[0])
			d := []byte{0x80, 0xf0, 0x80 | byte(id>>8), byte(id), tl0, tid<<6 | key&vp8KeyMask, 1}
			if tid != 0 {
				d[5] |= vp8Sync
			}
			if first {
				d[0] |= vp8Start
			}
			if begin {
				d[6] = 0
			}
			feed(p, tap, now, append(append(b, d...), make([]byte, size)...))
			seq++
		}
		id, stamp = (id+1)&idMask, stamp+90000/24
		if n%24 == 1 {
			l.sync(ssrc, ntpTime(w.c.sfu.wall(now)), stamp, now)
			p.clock.observe(w.c.sfu.wall(now), w.c.sfu.wall(now))
		}
	}
	w.world.After(w.random.Int64N(40*ms), func() { w.world.Every(int64(1e9)/24, frame) })
}

// weakPath is one path and what it must come to.
type weakPath struct {
	name     string
	path     emulate.Path
	seconds  int64
	from, to int64         // another path in between, seconds
	between  *emulate.Path // nil for none
	gap      int64         // of a voice, at most, ms
	pictures int           // shown at the end, at least
	took     int64         // of the handshake, ms; 0 for a slow one
}

// run lets it pass once, and returns the longest gap of a voice.
func (x *weakPath) run(t *testing.T, seed uint64) int64 {
	const second = int64(1e9)
	w := newWeakWorld(t, seed, x.path)
	w.viewer.handshake.Store(x.took * ms)
	began := w.world.Now()
	if x.between != nil {
		w.world.At(began+x.from*second, func() { w.down.Change(*x.between); w.up.Change(*x.between) })
		w.world.At(began+x.to*second, func() { w.down.Change(x.path); w.up.Change(emulate.Path{Delay: x.path.Delay}) })
	}
	w.world.Run(began + x.seconds*second)
	shown, gap, before := 0, int64(0), [weakSenders]int{}
	for seat := range weakSenders {
		gap = max(gap, w.receiver.Sound(uint32(1000+seat)).Longest)
		before[seat] = w.receiver.Picture(uint32(2000 + seat)).Decoded
	}
	w.world.Run(w.world.Now() + 2*second)
	for seat := range weakSenders {
		if w.receiver.Picture(uint32(2000+seat)).Decoded > before[seat]+4 {
			shown++
		}
	}
	s := w.down.Stats()
	t.Logf("longest gap of a voice %d ms, %d pictures move at the end, %.2f Mbit/s used, %d of %d dropped at the queue, %d lost",
		gap/ms, shown, float64(s.PassedBytes)*8/1e6/float64(x.seconds+2), s.DroppedQueue, s.Sent, s.Lost)
	if gap > x.gap*ms || shown < x.pictures {
		t.Errorf("seed %d: a gap of %d ms, %d pictures", seed, gap/ms, shown)
	}
	return gap
}

var weakSeeds = flag.Int("weak.seeds", 1, "so many runs of every path of TestWeakDownlinks")

// What paths come to, through the real packet path. Voice first (M-M1): over
// 400 kbit/s twelve voices arrive without a gap of half a second in five
// minutes, and a picture or two is left.
func TestWeakDownlinks(t *testing.T) {
	good := emulate.Path{Rate: 2_000_000, Queue: 100_000, Delay: 30 * ms}
	with := func(change func(*emulate.Path)) emulate.Path {
		p := good
		change(&p)
		return p
	}
	for _, x := range []weakPath{
		{name: "400 kbit/s", path: emulate.Path{Rate: 400_000, Queue: 20_000, Delay: 30 * ms}, seconds: 300, gap: 500, pictures: 1},
		{name: "2 Mbit/s", path: good, seconds: 60, gap: 200, pictures: weakSenders},
		{name: "a third for 30 s", path: good, seconds: 150, from: 40, to: 70, gap: 1500, pictures: weakSenders,
			between: &emulate.Path{Rate: 666_000, Queue: 40_000, Delay: 30 * ms}},
		{name: "5 % loss", path: with(func(p *emulate.Path) { p.Loss = .05 }), seconds: 90, gap: 400, pictures: weakSenders},
		{name: "10 % loss", path: with(func(p *emulate.Path) { p.Loss = .1 }), seconds: 90, gap: 400, pictures: weakSenders},
		{name: "20 % loss", path: with(func(p *emulate.Path) { p.Loss = .2 }), seconds: 90, gap: 500, pictures: weakSenders / 2},
		{name: "200 +- 80 ms", path: with(func(p *emulate.Path) { p.Delay, p.Jitter = 200*ms, 80*ms }), seconds: 90, gap: 400, pictures: weakSenders},
		{name: "2 Mbit/s, near", path: with(func(p *emulate.Path) { p.Delay = 2 * ms }), seconds: 60, gap: 400, pictures: weakSenders, took: 20},
		{name: "1 Mbit/s that seems quick", path: with(func(p *emulate.Path) { p.Delay, p.Rate, p.Queue = 2*ms, 1_000_000, 50_000 }),
			seconds: 60, gap: 600, pictures: weakSenders / 2, took: 5},
		{name: "a hole of 5 s", path: good, seconds: 90, from: 40, to: 45, gap: 5600, pictures: weakSenders, between: &emulate.Path{Loss: 1}},
	} {
		t.Run(x.name, func(t *testing.T) {
			if raced && x.between == nil {
				t.Skip("without the race detector")
			}
			least, most := int64(math.MaxInt64), int64(0)
			for seed := range uint64(*weakSeeds) {
				gap := x.run(t, 3+seed)
				least, most = min(least, gap), max(most, gap)
			}
			if *weakSeeds > 1 {
				t.Logf("longest gap of a voice in %d runs: %d to %d ms", *weakSeeds, least/ms, most/ms)
			}
		})
	}
}
