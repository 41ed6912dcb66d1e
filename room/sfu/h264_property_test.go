package sfu

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
)

// codecWorld is a seat that changes between somebody who sends H.264 and
// somebody who sends VP8, both in two layers over a bad uplink, and one who
// watches.
type codecWorld struct {
	t       *testing.T
	random  *rand.Rand
	c       *Circle
	sources [2]*codecSource
	track   *downtrack
	video   *recorder
	now     int64
}

// codecSource is one of the two.
type codecSource struct {
	peer *Peer
	h264 [2]*bareH264Stream
	vp8  [2]*bareStream
	taps [2]*rtpTap
	late [][2]any // lost packets that come after all: tap and packet
}

func newCodecWorld(t *testing.T, seed uint64, bare int) *codecWorld {
	c, peers := bareCircle(t, 3, func() rtpWriter { return discard{} })
	w := &codecWorld{t: t, random: rand.New(rand.NewPCG(seed, 264)), c: c, video: newRecorder(t), now: c.sfu.now()}
	sendH264(peers[0])
	for i := range w.sources {
		s := &codecSource{peer: peers[i]}
		for l, rid := range []string{ridLow, ridHigh} {
			ssrc := uint32(10*i + l + 1)
			seq := uint16(65000 + w.random.IntN(1000))
			s.h264[l] = &bareH264Stream{line: lineCamera, ssrc: ssrc, rid: rid, seq: seq, stamp: w.random.Uint32(), every: bare}
			s.vp8[l] = &bareStream{line: lineCamera, ssrc: ssrc, rid: rid, seq: uint32(seq), stamp: w.random.Uint32(), id: 32700}
			s.taps[l] = &rtpTap{peer: s.peer, ssrc: ssrc}
		}
		w.sources[i] = s
	}
	w.track = peers[2].seats[0].video
	w.track.writer = w.video
	return w
}

// frame sends the next picture of one layer, a keyframe where one is wanted,
// through an uplink that loses, delays and swaps packets.
func (w *codecWorld) frame(s *codecSource, layer int) {
	l := s.peer.up[lineCamera].layers[layer]
	key := l.keyframe.wanted || w.random.IntN(40) == 0
	packets := [][]byte{}
	if s.peer.offer.codecs.sent == codecH264 {
		packets = s.h264[layer].frame(key)
	} else {
		packets = append(packets, s.vp8[layer].packet(key))
	}
	if n := len(packets); n > 1 && w.random.IntN(8) == 0 {
		i := w.random.IntN(n - 1)
		packets[i], packets[i+1] = packets[i+1], packets[i]
	}
	for _, b := range packets {
		switch w.random.IntN(20) {
		case 0: // lost
		case 1:
			s.late = append(s.late, [2]any{s.taps[layer], b})
		default:
			feed(s.peer, s.taps[layer], w.now, b)
		}
	}
	if len(s.late) > 0 && w.random.IntN(3) == 0 {
		feed(s.peer, s.late[0][0].(*rtpTap), w.now, s.late[0][1].([]byte))
		s.late = s.late[1:]
	}
}

func (w *codecWorld) run(frames int) {
	at, rid := 0, ridLow
	for n := range frames {
		if n%37 == 0 {
			at = w.random.IntN(2)
			w.c.allow(w.sources[at].peer, full(0))
		}
		if w.random.IntN(15) == 0 {
			rid = []string{ridLow, ridHigh}[w.random.IntN(2)]
		}
		s := w.sources[at]
		w.frame(s, 0)
		w.frame(s, 1)
		if l := s.peer.picture(rid, w.now); l != nil {
			w.track.aim(l, topTemporal, w.now)
		}
		w.track.resend(w.track.rewriter.head-uint16(w.random.IntN(20)), w.now)
		w.now += 40 * ms
	}
}

// received is one packet as the viewer's browser orders them.
type received struct {
	sentPacket
	number int    // without wrap
	source uint16 // its publisher's sequence number
}

// inOrder are the packets of the primary stream by number, none twice.
func (w *codecWorld) inOrder() (all []received) {
	var last int
	for _, p := range w.video.sent {
		if p.SSRC != 2000 {
			continue
		}
		r := received{sentPacket: p, number: int(p.SequenceNumber)}
		if len(all) > 0 {
			r.number = last + int(int16(p.SequenceNumber-uint16(last)))
		}
		last = max(last, r.number)
		switch p.PayloadType {
		case 98:
			r.source = binary.BigEndian.Uint16(p.payload[len(p.payload)-2:])
		case 96:
			r.source = binary.BigEndian.Uint16(p.payload[5:])
		default:
			w.t.Fatalf("payload type %d", p.PayloadType)
		}
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b received) int { return a.number - b.number })
	for i := range len(all) - 1 { // the SFU may have repeated the sets, in front of the picture
		if r, next := &all[i], &all[i+1]; r.PayloadType == 98 && r.payload[0] == 3<<5|typeSTAPA && next.number == r.number+1 {
			r.source = next.source - 1
		}
	}
	for i := 1; i < len(all); i++ {
		if all[i].number == all[i-1].number {
			w.t.Fatalf("number %d twice", all[i].number)
		}
	}
	return all
}

// Whatever the uplinks lose and swap, whoever holds the seat and whichever
// layer is shown: no number twice, and each stretch of one source begins with
// what a decoder can begin with, whole up to its picture, after the stretch
// before it without a gap of its own making.
func TestASeatOfTwoCodecsIsOneStream(t *testing.T) {
	changes, swapped, prefaced := 0, 0, 0
	for seed := range uint64(42) {
		w := newCodecWorld(t, seed, int(seed%3)*2)
		w.run(400)
		all := w.inOrder()
		if len(all) < 200 {
			t.Fatalf("seed %d: only %d packets", seed, len(all))
		}
		for i, r := range all {
			if i > 0 && r.PayloadType == all[i-1].PayloadType && uint16(r.number)-r.source == uint16(all[i-1].number)-all[i-1].source {
				continue
			}
			changes++
			if i > 0 && r.PayloadType != all[i-1].PayloadType {
				swapped++
			}
			if r.PayloadType == 98 && r.payload[0] == 3<<5|typeSTAPA {
				prefaced++
			}
			if !begins(all[i:]) {
				t.Fatalf("seed %d: number %d begins with %x of type %d", seed, r.number, r.payload, r.PayloadType)
			}
			if i > 0 && (r.number != all[i-1].number+1 || int32(r.Timestamp-all[i-1].Timestamp) <= 0) {
				t.Fatalf("seed %d: after number %d of %d comes %d of %d", seed, all[i-1].number, all[i-1].Timestamp, r.number, r.Timestamp)
			}
		}
		w.repetitions()
	}
	if changes < 700 || swapped < 100 || prefaced < 100 {
		t.Errorf("%d changes of source, %d of codec and %d with sets of the SFU's are too few to tell", changes, swapped, prefaced)
	}
}

// repetitions checks that what was repeated is what was sent.
func (w *codecWorld) repetitions() {
	primary, repeated := map[uint16][]byte{}, 0
	for _, p := range w.video.sent {
		if p.SSRC == 2000 {
			primary[p.SequenceNumber] = p.payload
			continue
		}
		if p.PayloadType != 97 && p.PayloadType != 99 {
			w.t.Fatalf("a repetition of type %d", p.PayloadType)
		}
		number := binary.BigEndian.Uint16(p.payload)
		if was, ok := primary[number]; ok && !slices.Equal(was, p.payload[rtxSequence:]) {
			w.t.Fatalf("number %d was %x and is repeated as %x", number, was, p.payload[rtxSequence:])
		}
		repeated++
	}
	if repeated < 50 {
		w.t.Fatalf("only %d repetitions", repeated)
	}
}

// begins tells whether a decoder can begin with the first of these packets.
func begins(p []received) bool {
	if p[0].PayloadType == 96 {
		var d vp8
		return parseVP8(p[0].payload, &d) && d.keyframe
	}
	have, _ := parseH264(p[0].payload)
	return have&(nalSequence|nalPicture) == nalSequence|nalPicture && len(p) > 1 &&
		p[1].number == p[0].number+1 && p[1].Timestamp == p[0].Timestamp && p[1].payload[1] == fuStart|typeIDR
}
