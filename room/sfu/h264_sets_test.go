package sfu

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
)

// What encoders send before, in and after an access unit.
var (
	aSequence = []byte{0x67, 0x42, 0xe0, 0x1f}
	aPicture  = []byte{0x68, 0xce}
	another   = []byte{0x67, 0x42, 0xe0, 0x0d, 1}
	together  = stapA(aSequence, aPicture)
)

func stapA(units ...[]byte) []byte {
	b := []byte{3<<5 | typeSTAPA}
	for _, u := range units {
		b = append(binary.BigEndian.AppendUint16(b, uint16(len(u))), u...)
	}
	return b
}

func TestParameterSetsAreKept(t *testing.T) {
	type step struct {
		stamp   uint32
		payload []byte
	}
	large := append([]byte{0x67}, make([]byte, setsMost-staSize-1)...)
	for name, c := range map[string]struct {
		steps []step
		want  []byte // nil for none
	}{
		"in one packet":           {[]step{{1, together}}, together},
		"each of its own":         {[]step{{1, aSequence}, {1, aPicture}}, together},
		"with the picture":        {[]step{{1, stapA(aSequence, aPicture, []byte{0x65, 1})}}, together},
		"the picture's later":     {[]step{{1, aSequence}, {2, aPicture}}, together},
		"one alone":               {[]step{{1, aSequence}}, nil},
		"the other alone":         {[]step{{1, aPicture}}, nil},
		"twice":                   {[]step{{1, together}, {1, together}, {2, aPicture}}, together},
		"other ones":              {[]step{{1, together}, {2, another}, {2, aPicture}}, stapA(another, aPicture)},
		"other ones, one is lost": {[]step{{1, together}, {2, another}}, nil},
		"late ones":               {[]step{{9, together}, {8, another}}, together},
		"over the wrap":           {[]step{{1<<32 - 1, together}, {2, another}, {2, aPicture}}, stapA(another, aPicture)},
		"no others":               {[]step{{1, together}, {2, []byte{0x41, 1}}, {3, []byte{0x65, 1}}}, together},
		"too large":               {[]step{{1, together}, {2, large}, {2, aPicture}}, nil},
		"in parts":                {[]step{{1, aPicture}, {1, []byte{0x7c, fuStart | typeSequence, 1}}}, nil},
	} {
		var s parameterSets
		for _, x := range c.steps {
			p := packet{payload: x.payload, timestamp: x.stamp}
			p.nals, _ = parseH264(x.payload)
			s.take(&p)
		}
		to := make([]byte, setsMost)
		if got := to[:s.put(to)]; !bytes.Equal(got, c.want) {
			t.Errorf("%s: %x", name, got)
		}
	}
}

// Whatever comes, what is kept fits, and is what a decoder would take for it.
func FuzzParameterSets(f *testing.F) {
	f.Add(chop(together, aSequence, aPicture, another))
	f.Add(chop(another, stapA(aPicture, aPicture, bytes.Repeat([]byte{0x68}, 300)), bytes.Repeat([]byte{0x67}, 400)))
	f.Fuzz(func(t *testing.T, all []byte) {
		var s parameterSets
		for len(all) >= 2 {
			size := min(int(binary.BigEndian.Uint16(all)), len(all)-2)
			p := packet{payload: all[2 : 2+size], timestamp: uint32(size / 64)}
			all = all[2+size:]
			var ok bool
			if p.nals, ok = parseH264(p.payload); !ok {
				continue
			}
			s.take(&p)
			to := make([]byte, setsMost)
			made := to[:s.put(to)]
			if have, ok := parseH264(made); len(made) > 0 && (!ok || have != nalSequence|nalPicture) {
				t.Fatalf("%x is %v %v", made, have, ok)
			}
		}
	})
}

// onceH264 is a publisher that sends its parameter sets with its first keyframe
// alone, before anybody looks.
func onceH264(t *testing.T) (c *Circle, p *Peer, s *bareH264Stream, tap *rtpTap, video *recorder) {
	c, p, video = watchH264(t)
	s, tap = &bareH264Stream{line: lineCamera, ssrc: 1, rid: ridLow, seq: 500, every: 1 << 20}, &rtpTap{peer: p, ssrc: 1}
	c.allow(p, Grant{Seat: 0, Receive: true}) // it still waits
	feed(p, tap, c.sfu.now(), s.frame(true)...)
	c.allow(p, full(0))
	feed(p, tap, c.sfu.now(), s.frame(false)...)
	if len(video.sent) != 0 {
		t.Fatalf("%d packets before anybody looked", len(video.sent))
	}
	return c, p, s, tap, video
}

// beginsBare checks that what was sent are parameter sets and the packets of a
// keyframe that came without, of one timestamp and under consecutive numbers.
func beginsBare(t *testing.T, sent []sentPacket) {
	t.Helper()
	if len(sent) < 4 {
		t.Fatalf("%d packets", len(sent))
	}
	if have, ok := parseH264(sent[0].payload); !ok || have != nalSequence|nalPicture || sent[0].Marker || sent[0].PayloadType != 98 {
		t.Errorf("begins with %x", sent[0].payload)
	}
	for i, p := range sent[:4] {
		if p.SequenceNumber != sent[0].SequenceNumber+uint16(i) || p.Timestamp != sent[0].Timestamp {
			t.Errorf("packet %d is number %d of %d", i, p.SequenceNumber, p.Timestamp)
		}
		if i > 0 && p.payload[1]&nalType != typeIDR {
			t.Errorf("packet %d is %x", i, p.payload)
		}
	}
}

func TestAKeyframeWithoutItsParameterSets(t *testing.T) {
	c, p, s, tap, video := onceH264(t)
	now := c.sfu.now()
	showAll(p, ridLow, now)
	feed(p, tap, now, flat(s.frame(true), s.frame(false), s.frame(true))...)
	beginsBare(t, video.sent)
	if n := len(video.sent); n != 4+1+3 && n != 4+2+3 {
		t.Errorf("%d packets: the next keyframe of the same run needs no sets again", n)
	}
	// The sets are repeated like any other packet.
	watcher := c.members()[1]
	was := video.sent[0]
	watcher.seats[0].video.resend(was.SequenceNumber, now)
	last := video.sent[len(video.sent)-1]
	if last.SSRC != 3000 || last.PayloadType != 99 || last.Timestamp != was.Timestamp ||
		binary.BigEndian.Uint16(last.payload) != was.SequenceNumber || !bytes.Equal(last.payload[rtxSequence:], was.payload) {
		t.Errorf("repeated as %+v", last)
	}
	// Who asks for a keyframe may have lost them: the picture begins anew.
	sent := len(video.sent)
	pli := []byte{0x81, rtcpPayload, 0, 2, 0, 0, 0, 1, 0, 0, 7, 208}
	watcher.control(&rtcpTap{peer: watcher, ssrc: 2000, track: watcher.trackOf(2000)}, pli, now)
	feed(p, tap, now, flat(s.frame(false), s.frame(true))...)
	beginsBare(t, video.sent[sent:])
	if got, want := video.sent[sent].SequenceNumber, video.sent[sent-2].SequenceNumber+1; got != want {
		t.Errorf("goes on with number %d, not %d", got, want)
	}
	if c.sfu.Stats().RTX != 1 {
		t.Errorf("%d repetitions", c.sfu.Stats().RTX)
	}
}

// A newcomer begins with the kept keyframe, and with the sets in front of it.
func TestANewcomerBeginsWithSetsThatAreNotRepeated(t *testing.T) {
	c, p, s, tap, video := onceH264(t)
	now := c.sfu.now()
	feed(p, tap, now, flat(s.frame(true), s.frame(false))...)
	showAll(p, ridLow, now+100*ms)
	beginsBare(t, video.sent)
	if c.sfu.Stats().Replays != 2 {
		t.Errorf("%d replays", c.sfu.Stats().Replays)
	}
}

// In front of the picture of some encoders stands a delimiter: the picture
// begins with it, and a missing packet may have been the sets.
func TestWhatStandsBeforeTheKeyframe(t *testing.T) {
	for lost := -1; lost < 3; lost++ {
		c, p, s, tap, video := onceH264(t)
		now := c.sfu.now()
		showAll(p, ridLow, now)
		var sent []uint16
		s.stamp += 3000
		for i, unit := range [][]byte{{0x09, 0x10}, {0x06, 1}, {0x65, 1}, {0x65, 2}} {
			if i != lost {
				feed(p, tap, now, s.packet(s.seq, unit, i == 3))
			}
			s.seq++
		}
		for _, x := range video.sent {
			sent = append(sent, uint16(x.payload[0]&nalType))
		}
		want := []uint16{typeSTAPA, 9, 6, typeIDR, typeIDR}
		if lost >= 0 {
			want = nil
		}
		if !slices.Equal(sent, want) {
			t.Errorf("packet %d lost: sent %v", lost, sent)
		}
	}
}

// Another encoder's sets do not fit.
func TestSetsBelongToTheirStream(t *testing.T) {
	c, p, s, _, video := onceH264(t)
	now := c.sfu.now()
	showAll(p, ridLow, now)
	s.ssrc, s.bare = 2, 1<<20
	tap := &rtpTap{peer: p, ssrc: 2}
	feed(p, tap, now, flat(s.frame(false), s.frame(true))...)
	if len(video.sent) != 0 {
		t.Errorf("%d packets with the sets of another stream", len(video.sent))
	}
	s.bare = 0
	feed(p, tap, now, s.frame(true)...)
	if len(video.sent) != 4 {
		t.Errorf("%d packets with its own", len(video.sent))
	}
}

func TestBeginningWithKeptSetsAllocatesNothing(t *testing.T) {
	_, peers := bareCircle(t, 17, func() rtpWriter { return discard{} })
	p := peers[0]
	sendH264(p)
	s := &bareH264Stream{line: lineCamera, ssrc: 2, rid: ridLow, every: 1 << 20}
	tap, now := &rtpTap{peer: p, ssrc: 2}, p.circle.sfu.now()
	feed(p, tap, now, s.frame(true)...)
	buf, made := make([]byte, 1500), flat(s.frame(true), s.frame(false))
	seq, stamp := s.seq, s.stamp
	showAll(p, ridLow, now)
	before := p.circle.sfu.Stats()
	allocs := testing.AllocsPerRun(200, func() {
		now += 40 * ms
		for i, b := range made {
			n := copy(buf, b)
			if i == 0 || i == len(made)-1 {
				stamp += 3000
			}
			binary.BigEndian.PutUint16(buf[2:], seq)
			binary.BigEndian.PutUint32(buf[4:], stamp)
			seq++
			p.receive(tap, buf[:n], now)
		}
		for _, v := range peers[1:] {
			v.seats[0].video.pause()
		}
	})
	if allocs != 0 {
		t.Errorf("%.1f allocations a beginning", allocs)
	}
	if n := p.circle.sfu.Stats().PacketsForwarded - before.PacketsForwarded; n < 16*200*5 {
		t.Errorf("%d packets forwarded", n)
	}
}
