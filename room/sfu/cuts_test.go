package sfu

import (
	"math/rand/v2"
	"testing"
)

// frameOf is a frame of the source in TestFramesLeftOutCloseUp.
type frameOf struct {
	first, last uint16 // sequence numbers
	id          uint16
	stamp       uint32
	tid         uint8
	sync        bool
}

// patternL1T3 is what Chromium sends: temporal layers 0 2 1 2.
func patternL1T3(n int, seq, id uint16, random *rand.Rand) (frames []frameOf) {
	for i := range n {
		f := frameOf{first: seq, id: id & idMask, stamp: uint32(i) * 3000, tid: [...]uint8{0, 2, 1, 2}[i%4], sync: i%4 == 1 || i%4 == 2}
		seq += uint16(1 + random.IntN(3))
		f.last, id = seq-1, id+1
		frames = append(frames, f)
	}
	return frames
}

func (f frameOf) packets() (all []*packet) {
	for seq := f.first; ; seq++ {
		b := f.tid << 6
		if f.sync {
			b |= vp8Sync
		}
		all = append(all, &packet{seq: seq, timestamp: f.stamp, marker: seq == f.last, payload: []byte{0},
			vp8: vp8{idBits: 15, id: f.id, hasTID: true, layerByte: b, start: seq == f.first, keyframe: seq == f.first && f.id == 0 && f.stamp == 0}})
		if seq == f.last {
			return all
		}
	}
}

// sentOf is what a subscriber got of a packet.
type sentOf struct {
	seq, id uint16
	stamp   uint32
}

// sift runs packets through a downtrack's own steps without a socket.
type sift struct {
	t    *downtrack
	sent map[uint16]sentOf // by outgoing number
	by   map[uint16]uint16 // source number to outgoing
}

func newSift(top uint8) *sift {
	t := &downtrack{video: true, rewriter: rewriter{clock: 90000, least: 1}}
	t.top.Store(uint32(top))
	return &sift{t, map[uint16]sentOf{}, map[uint16]uint16{}}
}

func (s *sift) begin(p *packet) {
	s.t.rewriter.begin(p, 0, 0, false)
	s.t.rewriter.video.begin(&p.vp8, p.timestamp)
	s.t.temporal = temporal{level: uint8(s.t.top.Load()), stamp: p.timestamp, kept: true}
}

func (s *sift) packet(t *testing.T, p *packet) {
	t.Helper()
	if !s.t.keeps(p) {
		return
	}
	seq, stamp, after, ok := s.t.rewriter.next(p, 0)
	if !ok {
		return
	}
	n, ok := s.t.rewriter.video.next(&p.vp8, p.timestamp, after, false)
	if !ok {
		t.Fatalf("packet %d has no picture id", p.seq)
	}
	if old, taken := s.sent[seq]; taken {
		t.Fatalf("number %d twice: %+v", seq, old)
	}
	s.sent[seq], s.by[p.seq] = sentOf{seq, n.id, stamp}, seq
	if got := s.t.rewriter.cuts.source(seq); got != p.seq {
		t.Fatalf("number %d stands for %d, not %d", seq, got, p.seq)
	}
}

// Any order, any loss, layers switched at will: numbers are never used twice,
// a picture id belongs to one frame, the ids of the frames sent close up, and
// every number leads back to its packet.
func TestFramesLeftOutCloseUp(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 7))
		frames := patternL1T3(400, uint16(65000+random.IntN(600)), uint16(32700), random)
		s := newSift(uint8(random.IntN(3)))
		var all []*packet
		for _, f := range frames {
			all = append(all, f.packets()...)
		}
		s.begin(all[0])
		for i, p := range all { // reordering within a few packets, as networks do
			if j := i + random.IntN(4); i > 0 && j < len(all) && random.IntN(5) == 0 {
				all[i], all[j] = all[j], p
			}
		}
		ids := map[uint16]uint32{}
		for i, p := range all {
			if i%97 == 0 {
				s.t.top.Store(uint32(random.IntN(3)))
			}
			if random.IntN(20) == 0 && i > 0 {
				continue // lost
			}
			s.packet(t, p)
			out, ok := s.by[p.seq]
			if !ok {
				continue
			}
			sent := s.sent[out]
			if stamp, ok := ids[sent.id]; ok && stamp != p.timestamp {
				t.Fatalf("seed %d: picture id %d for two frames", seed, sent.id)
			}
			ids[sent.id] = p.timestamp
		}
		if t.Failed() {
			return
		}
	}
}

// Without loss there is no gap at all, in numbers or picture ids.
func TestLeavingOutLeavesNoGap(t *testing.T) {
	for top := range uint8(3) {
		s := newSift(top)
		frames := patternL1T3(300, 65400, 32600, rand.New(rand.NewPCG(1, uint64(top))))
		for i, f := range frames {
			for _, p := range f.packets() {
				if i == 0 && p.seq == f.first {
					s.begin(p)
				}
				s.packet(t, p)
			}
		}
		head, count, last := s.t.rewriter.head, 0, s.t.rewriter.video.out.id
		for seq := head; ; seq-- {
			p, ok := s.sent[seq]
			if !ok {
				break
			}
			if d := (last - p.id) & idMask; d > 1 {
				t.Fatalf("top %d: picture ids %d and %d", top, p.id, last)
			}
			last = p.id
			count++
		}
		if count != len(s.sent) || count == 0 {
			t.Errorf("top %d: a gap: %d of %d packets in one piece", top, count, len(s.sent))
		}
		if want := []int{75, 150, 300}[top]; framesSent(s) != want {
			t.Errorf("top %d: %d frames of 300", top, framesSent(s))
		}
	}
}

func framesSent(s *sift) int {
	ids := map[uint16]bool{}
	for _, p := range s.sent {
		ids[p.id] = true
	}
	return len(ids)
}

func TestALayerIsAddedWithAFrameThatMayBeginIt(t *testing.T) {
	s := temporal{level: 0, stamp: 1}
	d := func(tid uint8, sync bool) *vp8 {
		b := tid << 6
		if sync {
			b |= vp8Sync
		}
		return &vp8{hasTID: true, layerByte: b}
	}
	stamp := uint32(1)
	for i, x := range []struct {
		tid, top   uint8
		sync, kept bool
	}{
		{0, 0, false, true}, {2, 0, true, false}, {1, 0, true, false},
		{2, 2, true, false}, {1, 2, false, false}, {1, 2, true, true}, {2, 2, false, false}, {2, 2, true, true},
		{2, 1, false, false}, {1, 1, false, true}, {0, 1, false, true},
	} {
		stamp += 3000
		if !s.decide(d(x.tid, x.sync), stamp, x.top) || s.kept != x.kept {
			t.Errorf("frame %d: kept %v, level %d", i, s.kept, s.level)
		}
	}
}

// A stream that leaves nothing out for long forgets what it left out before.
func TestCutsDoNotComeRoundAgain(t *testing.T) {
	w := rewriter{clock: 90000, least: 1}
	w.begin(&packet{seq: 0}, 0, 0, false)
	w.next(&packet{seq: 0}, 0)
	w.skip(&packet{seq: 1, timestamp: 5}, false, 1)
	for seq := uint16(2); seq != 1; seq++ {
		if out, _, _, ok := w.next(&packet{seq: seq, timestamp: 9}, 0); !ok || out != seq-1 {
			t.Fatalf("packet %d: %d %v", seq, out, ok)
		}
		if seq > 40 && seq%11 == 0 {
			if offset, _, ok := w.cuts.place(seq-30, 9); !ok || offset != 65535 {
				t.Fatalf("packet %d lies at %d %v", seq-30, offset, ok)
			}
		}
	}
}
