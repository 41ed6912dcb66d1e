package sfu

import (
	"bytes"
	"sync"
	"testing"

	"hearth/room/sfu/sfutest"

	depacketize "github.com/pion/rtp/codecs"
)

// decoder puts a seat's H.264 together as a browser does, and checks every
// picture against the one that was sent.
type decoder struct {
	t    *testing.T
	seat int

	mu     sync.Mutex
	parts  depacketize.H264Packet
	stream []byte // of the picture that comes in
	stamp  uint32 // of its packets
	open   bool   // its end has not come
	head   uint16
	any    bool
	lost   bool // something of the picture is missing
	cut    bool // the picture before had no end: only a keyframe may follow it
	last   sfutest.Frame
	frames map[uint32]int // by sender
	high   int
	keys   int
	types  map[uint8]int // packets by payload type
}

func newDecoder(t *testing.T, seat int) *decoder {
	return &decoder{t: t, seat: seat, parts: depacketize.H264Packet{}, frames: map[uint32]int{}, types: map[uint8]int{}}
}

func (d *decoder) see(p sfutest.Packet) bool {
	if !p.Video || p.Seat != d.seat || p.Repair {
		return true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.types[p.Header.PayloadType]++
	gap := d.any && p.Header.SequenceNumber != d.head+1
	d.head, d.any = p.Header.SequenceNumber, true
	if p.Header.PayloadType != 98 {
		return true
	}
	if gap {
		d.lost, d.parts, d.stream = true, depacketize.H264Packet{}, nil
	}
	if d.open && p.Header.Timestamp != d.stamp { // the end was lost on the way to the server, which has begun another stream
		d.cut, d.parts, d.stream = true, depacketize.H264Packet{}, nil
	}
	d.stamp, d.open = p.Header.Timestamp, !p.Header.Marker
	b, err := d.parts.Unmarshal(p.Payload)
	if err != nil {
		d.t.Errorf("not H.264: %v", err)
	}
	if d.stream = append(d.stream, b...); p.Header.Marker {
		d.picture(bytes.Split(d.stream, []byte{0, 0, 0, 1})[1:])
		d.stream = nil
	}
	return true
}

// picture checks a whole picture.
func (d *decoder) picture(units [][]byte) {
	f, ok := sfutest.ReadFrame(units)
	if !ok && d.lost {
		return
	}
	if !ok || !slicesEqual(units, f.NALs()) {
		d.t.Errorf("a picture of %d NAL units is not what was sent", len(units))
		return
	}
	// Each picture is made from the one before it, a keyframe from nothing.
	after := d.last
	after.Number, after.Since = after.Number+1, after.Since+1
	if f.Since != 0 && (f != after || d.cut) && !d.lost {
		d.t.Errorf("%+v comes after %+v", f, d.last)
	}
	if f.Since == 0 {
		d.lost, d.cut = false, false
		d.keys++
	}
	d.last = f
	d.frames[f.Who]++
	if f.High {
		d.high++
	}
}

func slicesEqual(a, b [][]byte) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !bytes.Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

// count is the number of whole pictures of a sender.
func (d *decoder) count(who uint32) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.frames[who]
}

// Over real sockets, with a stream that decoders take: who has both codecs sees
// H.264 and VP8 on one seat in turn, bit by bit as it was sent, and its layers
// change; who has VP8 alone is told why there is no picture.
func TestH264IsSeenByWhoCanShowIt(t *testing.T) {
	c := openTest(t).Circle(4)
	d := newDecoder(t, 0)
	ada := join(t, c, sfutest.Config{Tag: 1, H264: true, Shows: bothCodecs})
	ben := join(t, c, sfutest.Config{Tag: 2, Shows: bothCodecs})
	watcher := join(t, c, sfutest.Config{Shows: bothCodecs, OnPacket: d.see})
	old := join(t, c, sfutest.Config{})
	for i, m := range []*member{ada, ben} {
		m.StartCamera()
		m.peer.Allow(full(i))
	}
	watcher.peer.Allow(full(2))
	old.peer.Allow(full(3))
	eventually(t, "pictures of H.264", func() bool { return d.count(1) > 20 })
	eventually(t, "VP8 beside it", func() bool { return watcher.Video(1).Packets() > 5 && old.Video(1).Packets() > 5 })
	eventually(t, "the reason", func() bool {
		m := old.peer.Media().Paused
		return len(m) == 1 && m[0] == Paused{0, WhyCodec}
	})
	if n := old.Video(0).Packets(); n != 0 {
		t.Errorf("%d packets to who cannot show them", n)
	}
	watcher.peer.Watch(Wish{Large: []int{0}})
	eventually(t, "the high layer", func() bool { d.mu.Lock(); defer d.mu.Unlock(); return d.high > 20 })
	watcher.peer.Watch(Wish{})
	eventually(t, "the low layer again", func() bool { d.mu.Lock(); defer d.mu.Unlock(); return !d.last.High })

	ben.peer.Allow(full(0)) // takes Ada's seat
	before := watcher.Video(0).Packets()
	eventually(t, "VP8 on the seat of H.264", func() bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		return d.types[96] > 10 && watcher.Video(0).Packets() > before
	})
	eventually(t, "everybody sees that", func() bool { return old.Video(0).Packets() > 5 && len(old.peer.Media().Paused) == 0 })
	seen := d.count(1)
	ada.peer.Allow(full(0))
	eventually(t, "H.264 again", func() bool { return d.count(1) > seen+10 })
	if d.mu.Lock(); d.keys < 3 {
		t.Errorf("only %d keyframes", d.keys)
	}
	d.mu.Unlock()
}

// A device without VP8: it sees who sends H.264, and is told of the others.
func TestADeviceWithoutVP8(t *testing.T) {
	c := openTest(t).Circle(3)
	d := newDecoder(t, 0)
	h := sfutest.Config{H264: true, Shows: sfutest.H264}
	h.Tag = 1
	ada := join(t, c, h)
	h.Tag, h.OnPacket = 2, d.see
	eve := join(t, c, h)
	ben := join(t, c, sfutest.Config{Tag: 3})
	for i, m := range []*member{ada, eve, ben} {
		m.StartCamera()
		m.StartMic()
		m.peer.Allow(full(i))
	}
	eventually(t, "a picture of H.264", func() bool { return d.count(1) > 20 })
	eventually(t, "every voice", func() bool {
		return eve.Audio(0).Packets() > 5 && eve.Audio(2).Packets() > 5 && ben.Audio(0).Packets() > 5 && ben.Audio(1).Packets() > 5
	})
	eventually(t, "the reasons", func() bool {
		e, b := eve.peer.Media().Paused, ben.peer.Media().Paused
		return len(e) == 1 && e[0] == Paused{2, WhyCodec} && len(b) == 2 && b[0] == Paused{0, WhyCodec} && b[1] == Paused{1, WhyCodec}
	})
	if eve.Video(2).Packets()+ben.Video(0).Packets()+ben.Video(1).Packets() != 0 {
		t.Error("a picture to who cannot show it")
	}
}

// What an H.264 viewer lost comes again on the RTX stream.
func TestLostPacketsOfH264ComeOverRTX(t *testing.T) {
	c := openTest(t).Circle(2)
	l := &lossy{lost: map[uint16]bool{}, repaired: map[uint16]bool{}, kept: map[uint16][]byte{}}
	a, b := join(t, c, sfutest.Config{H264: true}), join(t, c, sfutest.Config{Shows: bothCodecs, OnPacket: l.see})
	l.mu.Lock()
	l.me = b
	l.mu.Unlock()
	a.StartCamera()
	a.peer.Allow(full(0))
	b.peer.Allow(full(1))
	eventually(t, "repaired packets", func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return len(l.repaired) >= 5
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bad != 0 {
		t.Errorf("%d repairs differ from what was lost", l.bad)
	}
}

// And what the SFU lost, its publisher sends again.
func TestLostPacketsOfH264AreAskedOfThePublisher(t *testing.T) {
	c := openTest(t).Circle(2)
	a, b := join(t, c, sfutest.Config{H264: true}), join(t, c, sfutest.Config{Shows: bothCodecs})
	a.StartCamera()
	a.peer.Allow(full(0))
	b.peer.Allow(full(1))
	eventually(t, "picture", func() bool { return b.Video(0).Packets() > 10 })
	a.Lose(func(seq uint16) bool { return seq%7 == 0 })
	eventually(t, "asked again", func() bool { return a.PacketsAsked() > 10 })
	dropped := c.sfu.Stats().Dropped
	if dropped[DropMalformed] != 0 {
		t.Errorf("%d repetitions were not understood", dropped[DropMalformed])
	}
}
