package sfu

import (
	"bytes"
	"sync"
	"testing"

	"hearth/room/sfu/sfutest"
)

// continuity checks that what a receiver gets of each seat is one stream,
// whoever sends it. It is a sfutest.Config.OnPacket.
type continuity struct {
	t    testing.TB
	gaps bool // packets may be lost on the way
	mu   sync.Mutex
	by   map[uint32]*stream
}

// stream is one SSRC as received.
type stream struct {
	seat     int
	video    bool
	packets  map[uint16][]byte
	head     uint16
	stamp    uint32
	id       uint16
	tl0, key uint8
	ids      map[uint16]uint32 // picture id to timestamp
	gaps     bool
	sender   uint32
	runs     int
	count    int
}

func newContinuity(t testing.TB) *continuity {
	return &continuity{t: t, by: make(map[uint32]*stream)}
}

func (c *continuity) see(p sfutest.Packet) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.Repair {
		return true
	}
	s := c.by[p.Header.SSRC]
	if s == nil {
		s = &stream{seat: p.Seat, video: p.Video, packets: map[uint16][]byte{},
			ids: map[uint16]uint32{}, gaps: c.gaps, head: p.Header.SequenceNumber - 1,
			stamp: p.Header.Timestamp - 1}
		c.by[p.Header.SSRC] = s
	}
	s.add(c.t, p)
	return true
}

// add checks one packet against those before it.
func (s *stream) add(t testing.TB, p sfutest.Packet) {
	h := p.Header
	if old, ok := s.packets[h.SequenceNumber]; ok && !bytes.Equal(old, p.Payload) {
		t.Errorf("seat %d: two packets with sequence number %d", p.Seat, h.SequenceNumber)
	}
	s.packets[h.SequenceNumber] = append([]byte(nil), p.Payload...)
	if d := int16(h.SequenceNumber - s.head); d != 1 && !s.gaps {
		t.Errorf("seat %d: sequence number moves by %d", p.Seat, d)
	}
	if d := int32(h.Timestamp - s.stamp); (d < 0 || d > 90000*5) && !s.gaps {
		t.Errorf("seat %d: timestamp moves by %d", p.Seat, d)
	}
	who, _, ok := p.Tag()
	if !ok {
		t.Errorf("seat %d: not a packet of ours", p.Seat)
	}
	if p.Video {
		s.picture(t, p, who != s.sender || s.count == 0)
	}
	if who != s.sender || s.count == 0 {
		s.runs++
	}
	s.sender = who
	s.head, s.stamp = h.SequenceNumber, h.Timestamp
	s.count++
}

// picture checks the VP8 numbers, and that a new sender begins with a
// keyframe.
func (s *stream) picture(t testing.TB, p sfutest.Packet, began bool) {
	d, ok := sfutest.ParseDescriptor(p.Payload)
	if !ok {
		t.Errorf("seat %d: no descriptor with a long picture id", p.Seat)
		return
	}
	if began && !d.Keyframe {
		t.Errorf("seat %d: a picture begins without keyframe", p.Seat)
	}
	if s.count > 0 && d.Start && !s.gaps {
		if step := (d.ID - s.id) & idMask; step != 1 {
			t.Errorf("seat %d: picture id moves by %d", p.Seat, step)
		}
		if step := d.TL0 - s.tl0; (step == 1) != (d.TID == 0) || step > 1 {
			t.Errorf("seat %d: TL0PICIDX moves by %d with a frame of temporal layer %d", p.Seat, step, d.TID)
		}
		if step := (d.Key - s.key) & vp8KeyMask; d.Keyframe != (step == 1) || step > 1 {
			t.Errorf("seat %d: KEYIDX moves by %d, keyframe %v", p.Seat, step, d.Keyframe)
		}
	}
	if stamp, ok := s.ids[d.ID]; ok && stamp != p.Header.Timestamp {
		t.Errorf("seat %d: picture id %d twice", p.Seat, d.ID)
	}
	s.ids[d.ID], s.id, s.tl0, s.key = p.Header.Timestamp, d.ID, d.TL0, d.Key
}

// verdict fails if a seat had no sound or no picture at all.
func (c *continuity) verdict(t testing.TB, seat int) (runs int) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	kinds := 0
	for _, s := range c.by {
		if s.seat == seat && s.count > 0 {
			kinds++
			runs = max(runs, s.runs)
		}
	}
	if kinds != 2 {
		t.Errorf("seat %d: %d streams", seat, kinds)
	}
	return runs
}

// TestSeatChangesHands lets five people have a seat in turn while another
// watches.
func TestSeatChangesHands(t *testing.T) {
	c := openTest(t).Circle(2)
	check := newContinuity(t)
	watcher := join(t, c, sfutest.Config{OnPacket: check.see})
	watcher.peer.Allow(full(1))
	var all []*member
	for i := range 3 {
		m := join(t, c, sfutest.Config{Tag: uint32(i + 1)})
		m.StartMic()
		m.StartCamera()
		all = append(all, m)
	}
	for i := range 5 {
		m := all[i%len(all)]
		audio, video := watcher.Audio(0).Packets(), watcher.Video(0).Packets()
		m.peer.Allow(full(0))
		eventually(t, "sound and picture", func() bool {
			return watcher.Audio(0).Packets() > audio+10 && watcher.Video(0).Packets() > video+20
		})
	}
	if runs := check.verdict(t, 0); runs != 5 {
		t.Errorf("%d changes of hands were seen", runs)
	}
}
