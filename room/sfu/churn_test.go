package sfu

import (
	"encoding/binary"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// onceOnly is a seat's end of the packet path that fails on a sequence number
// used twice on one SSRC, and on a picture that begins without keyframe.
type onceOnly struct {
	t     testing.TB
	begun map[uint32]bool
	seen  map[uint64]int // by SSRC and sequence number: at which packet
	n     int
}

func (o *onceOnly) WriteRTP(h *rtp.Header, payload []byte) (int, error) {
	key := uint64(h.SSRC)<<16 | uint64(h.SequenceNumber)
	if at, ok := o.seen[key]; ok && o.n-at < 30_000 {
		o.t.Errorf("SSRC %d: number %d twice", h.SSRC, h.SequenceNumber)
	}
	o.n++
	o.seen[key] = o.n
	if h.SSRC >= 2000 && h.SSRC < 3000 && !o.begun[h.SSRC] {
		var d vp8
		if o.begun[h.SSRC] = true; !parseVP8(payload, &d) || !d.keyframe {
			o.t.Errorf("SSRC %d begins without keyframe", h.SSRC)
		}
	}
	return len(payload), nil
}

// Seventeen people send, watch, wish, ask and are granted and refused at the
// same time. It is for the race detector, and for the rules that must hold
// whatever happens.
func TestSeventeenAtOnce(t *testing.T) {
	const people, rounds = 17, 600
	c, peers := bareCircle(t, people, func() rtpWriter {
		return &onceOnly{t: t, begun: map[uint32]bool{}, seen: map[uint64]int{}}
	})
	clock := newChurnClock(c.sfu.now())
	var sending, meddling sync.WaitGroup
	var done atomic.Bool
	for i, p := range peers {
		sending.Go(func() { churnSends(p, uint32(100*i), rounds, clock) })
		meddling.Go(func() { churnAsks(p, uint64(i), clock, &done) })
	}
	meddling.Go(func() {
		for !done.Load() {
			c.tick(clock.add(5 * ms))
		}
	})
	meddling.Go(func() {
		random := rand.New(rand.NewPCG(9, 9))
		for last := clock.Load(); !done.Load(); last = await(clock, last+10*ms, &done) {
			i := random.IntN(people)
			g := full(i)
			g.Room, g.Video, g.Audio, g.Receive = random.IntN(8)/7, random.IntN(4) > 0, random.IntN(4) > 0, random.IntN(5) > 0
			c.allow(peers[i], g)
			if random.IntN(50) == 0 {
				c.allow(peers[i], NoGrant)
			}
		}
	})
	sending.Wait()
	done.Store(true)
	clock.add(0)
	meddling.Wait()
	s := c.sfu.Stats()
	t.Logf("%d forwarded, %d repeated, dropped %v", s.PacketsForwarded, s.RTX, s.Dropped)
	if s.PacketsForwarded == 0 || s.Dropped[DropShut] == 0 || s.RTX == 0 {
		t.Errorf("not much happened: %+v", s)
	}
	for _, p := range peers {
		p.Close()
	}
	if s := c.sfu.Stats(); s.Paused != 0 {
		t.Errorf("%d pictures are still paused for people who left", s.Paused)
	}
}

// churnClock is the time of all who meet here. Who waits for a moment sleeps.
type churnClock struct {
	mu    sync.Mutex
	moved sync.Cond
	now   int64 // guarded by mu
}

func newChurnClock(now int64) *churnClock {
	c := &churnClock{now: now}
	c.moved.L = &c.mu
	return c
}

func (c *churnClock) add(by int64) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now += by
	c.moved.Broadcast()
	return c.now
}

func (c *churnClock) Load() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// await returns the time when the clock has reached a moment, or all is done.
func await(c *churnClock, moment int64, done *atomic.Bool) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.now < moment && !done.Load() {
		c.moved.Wait()
	}
	return c.now
}

// churnSends is the goroutine that reads one publisher's SRTP.
func churnSends(p *Peer, ssrc uint32, rounds int, clock *churnClock) {
	mic := &bareStream{line: lineMic, ssrc: ssrc + 1}
	low := &bareStream{line: lineCamera, ssrc: ssrc + 2, rid: ridLow}
	high := &bareStream{line: lineCamera, ssrc: ssrc + 3, rid: ridHigh}
	taps := map[*bareStream]*rtpTap{}
	for _, s := range []*bareStream{mic, low, high} {
		taps[s] = &rtpTap{peer: p, ssrc: s.ssrc}
	}
	var never atomic.Bool
	now := clock.Load()
	for n := range rounds {
		now = await(clock, now+10*ms, &never)
		feed(p, taps[mic], now, mic.packet(false))
		for _, s := range []*bareStream{low, high} {
			feed(p, taps[s], now, s.packet(n%10 == 0))
			if n%13 == 0 {
				s.packet(false) // lost
			}
		}
	}
}

// churnAsks is the goroutine that reads one subscriber's SRTCP.
func churnAsks(p *Peer, seed uint64, clock *churnClock, done *atomic.Bool) {
	random := rand.New(rand.NewPCG(seed, 3))
	for now := clock.Load(); !done.Load(); now = await(clock, now+10*ms, done) {
		seat := random.IntN(len(p.seats))
		track := p.seats[seat].video
		tap := &rtcpTap{peer: p, ssrc: track.ssrc.Load(), track: track}
		switch random.IntN(4) {
		case 0:
			p.control(tap, remb(int64(100_000+random.IntN(4_000_000)), tap.ssrc), now)
		case 1:
			nack := []byte{0x80 | formatNACK, rtcpTransport, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7}
			binary.BigEndian.PutUint32(nack[8:], tap.ssrc)
			p.down.mu.Lock()
			head := track.rewriter.head
			p.down.mu.Unlock()
			binary.BigEndian.PutUint16(nack[12:], head-uint16(random.IntN(20)))
			p.control(tap, nack, now)
		case 2:
			m := rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: tap.ssrc, LastSequenceNumber: random.Uint32()}}}
			if raw, err := m.Marshal(); err == nil {
				p.control(tap, raw, now)
			}
		case 3:
			p.Watch(Wish{Large: []int{seat}, Saver: random.IntN(9) == 0})
		}
	}
}
