package sfu

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// The packet path without pion: peers whose seats write into a recorder, and
// packets handed to the taps as SRTP would.

// Formats of the bare tests: VP8 as 96 and 97, H.264 as 98 and 99.
var (
	bareVP8  = format{number: 96, repair: 97}
	bareH264 = format{number: 98, repair: 99, profile: 0x42e01f}
)

// bareCodecs are a client's that sends one codec and can be shown both.
func bareCodecs(sent codec) codecs {
	both := [pictureCodecs]format{bareVP8, bareH264}
	return codecs{opus: 111, sent: sent, up: both[sent], down: both, nack: true, pli: true, remb: true}
}

// bareOffer is what a browser's offer comes to.
func bareOffer(seats int) *offer {
	o := &offer{
		codecs:     bareCodecs(codecVP8),
		extensions: extensions{mid: 1, sendTime: 2, audioLevel: 3, rid: 4, repairedRID: 5},
		layers:     []string{ridLow, ridHigh},
	}
	for i := range lines(seats) {
		o.mids = append(o.mids, fmt.Sprint(i))
		o.offered = append(o.offered, o.extensions)
	}
	return o
}

// bareCircle is a circle of n peers, each on the seat of its number, all
// allowed everything.
func bareCircle(t testing.TB, n int, writer func() rtpWriter) (*Circle, []*Peer) {
	t.Helper()
	s := &SFU{born: time.Now().Add(-time.Second), closed: make(chan struct{}), wake: make(chan struct{}, 1)}
	c := s.Circle(n)
	var peers []*Peer
	for i := range n {
		p := newPeer(c, bareOffer(n), func() {})
		for seat, tracks := range p.seats {
			tracks.audio.bind(writer(), uint32(1000+seat), 0)
			tracks.video.bind(writer(), uint32(2000+seat), uint32(3000+seat))
		}
		p.ready.Store(true)
		if err := c.add(p); err != nil {
			t.Fatal(err)
		}
		c.allow(p, full(i))
		peers = append(peers, p)
	}
	return c, peers
}

// discard takes packets and forgets them.
type discard struct{}

func (discard) WriteRTP(_ *rtp.Header, payload []byte) (int, error) { return len(payload), nil }

// recorder keeps what one stream sent, and fails on two different packets
// with one SSRC and sequence number: under GCM that gives the key away.
type recorder struct {
	t    testing.TB
	sent []sentPacket
	seen map[uint64][]byte // by SSRC and sequence number, since the last wrap
	head map[uint32]uint16
}

type sentPacket struct {
	rtp.Header
	payload []byte
}

func newRecorder(t testing.TB) *recorder {
	return &recorder{t: t, seen: map[uint64][]byte{}, head: map[uint32]uint16{}}
}

func (r *recorder) WriteRTP(h *rtp.Header, payload []byte) (int, error) {
	key := uint64(h.SSRC)<<16 | uint64(h.SequenceNumber)
	if old, ok := r.seen[key]; ok && !bytes.Equal(old, payload) {
		r.t.Fatalf("two packets with SSRC %d and sequence number %d", h.SSRC, h.SequenceNumber)
	}
	r.seen[key] = append([]byte{}, payload...)
	// Numbers half the range away may come round again.
	if head, ok := r.head[h.SSRC]; !ok || int16(h.SequenceNumber-head) > 0 {
		r.head[h.SSRC] = h.SequenceNumber
		delete(r.seen, uint64(h.SSRC)<<16|uint64(h.SequenceNumber+1<<15))
	}
	r.sent = append(r.sent, sentPacket{*h, r.seen[key]})
	return len(payload), nil
}

// bareStream makes the packets of one published stream.
type bareStream struct {
	line, seq, stamp uint32
	ssrc             uint32
	rid              string
	id               uint16
	made             []byte
	levels           bool // sound says how loud it is (RFC 6464)
	level            byte
}

// packet is the next packet, in a buffer of its own. Pictures are one packet
// a frame.
func (s *bareStream) packet(key bool) []byte {
	b := s.at(uint16(s.seq), s.stamp, s.id, key)
	s.seq++
	s.id++
	s.stamp += 3000
	return b
}

func (s *bareStream) at(seq uint16, stamp uint32, id uint16, key bool) []byte {
	format := byte(96)
	if s.line == lineMic {
		format = 111
	}
	b := []byte{0x90, 0x80 | format, byte(seq >> 8), byte(seq)}
	b = binary.BigEndian.AppendUint32(b, stamp)
	b = binary.BigEndian.AppendUint32(b, s.ssrc)
	ext := []byte{1 << 4, '0' + byte(s.line)} // id 1, one byte (RFC 8285)
	if s.rid != "" {
		ext = append(ext, 4<<4, s.rid[0])
	}
	if s.levels {
		ext = append(ext, 3<<4, s.level)
	}
	for len(ext)%4 != 0 {
		ext = append(ext, 0)
	}
	b = append(b, 0xbe, 0xde, 0, byte(len(ext)/4))
	b = append(b, ext...)
	if s.line == lineMic {
		return append(b, 0x78, byte(seq>>8), byte(seq), 3, 4, 5, 6, 7)
	}
	first := byte(1)
	if key {
		first = 0
	}
	b = append(b, 0x90, 0x80, 0x80|byte(id>>8), byte(id), first)
	return append(b, byte(seq>>8), byte(seq), 1, 2, 3, 4, 5, 6)
}

// feed hands packets to a peer as its SRTP goroutine does.
func feed(p *Peer, t *rtpTap, now int64, packets ...[]byte) {
	for _, b := range packets {
		p.receive(t, b, now)
	}
}

// showAll has everybody be shown a peer's picture, as the tick does.
func showAll(p *Peer, rid string, now int64) {
	for _, v := range p.circle.members() {
		if l := p.picture(rid, now); l != nil && v != p {
			v.seats[p.permit.Load().Seat].video.aim(l, topTemporal, now)
		}
	}
}
