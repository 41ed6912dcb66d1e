package sfutest

import (
	"encoding/binary"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/transport/v5/packetio"
)

// tap counts packets where they are decrypted, so nothing is missed and
// nothing is queued.
func (p *Participant) tap(kind packetio.BufferPacketType, ssrc uint32) io.ReadWriteCloser {
	return &tap{p, ssrc, kind == packetio.RTPBufferPacket}
}

type tap struct {
	p    *Participant
	ssrc uint32
	rtp  bool
}

func (t *tap) Read([]byte) (int, error) { return 0, io.EOF }
func (t *tap) Close() error             { return nil }

func (t *tap) Write(b []byte) (int, error) {
	if t.rtp {
		t.p.received(t.ssrc, b)
	} else {
		t.p.control(t.ssrc, b)
	}
	return len(b), nil
}

func (p *Participant) received(ssrc uint32, b []byte) {
	s, ok := (*p.streams.Load())[ssrc]
	if !ok {
		return
	}
	pkt := Packet{Seat: s.seat, Video: s.video, Repair: s.repair}
	n, err := pkt.Header.Unmarshal(b)
	if err != nil {
		return
	}
	pkt.Payload = b[n:]
	p.heard.Store(true)
	if p.config.OnPacket != nil && !p.config.OnPacket(pkt) {
		return
	}
	c := &p.seats[s.seat].audio
	if s.video {
		c = &p.seats[s.seat].video
	}
	c.add(len(pkt.Payload), s.repair)
}

// estimateEvery is how often a browser says what its downlink carries.
const estimateEvery = 250 * time.Millisecond

// estimate says what the downlink carries, as browsers do while packets come
// in (REMB). Not on the receiving goroutine: pion's Close waits for that one,
// with a lock that writing needs.
func (p *Participant) estimate(uint32) {
	if !p.heard.Swap(false) {
		return
	}
	bits := p.config.Downlink
	if bits == 0 {
		bits = 8_000_000
	}
	for ssrc, s := range *p.streams.Load() {
		if s.video && !s.repair {
			_ = p.pc.WriteRTCP([]rtcp.Packet{&rtcp.ReceiverEstimatedMaximumBitrate{
				SenderSSRC: 1, Bitrate: float32(bits), SSRCs: []uint32{ssrc},
			}})
			return
		}
	}
}

// control answers the server's RTCP.
func (p *Participant) control(ssrc uint32, b []byte) {
	packets, err := rtcp.Unmarshal(b)
	if err != nil {
		return
	}
	s := p.sender(ssrc)
	for _, m := range packets {
		switch m := m.(type) {
		case *rtcp.PictureLossIndication:
			p.asked.Add(1)
			if s != nil && !p.config.Hostile {
				s.keyframe.Store(true)
			}
		case *rtcp.TransportLayerNack:
			for _, n := range m.Nacks {
				p.lacking.Add(uint64(len(n.PacketList())))
				if s != nil && !p.config.Hostile {
					s.repeat(n.PacketList())
				}
			}
		case *rtcp.TransportLayerCC:
			p.reported.Add(uint64(len(m.RecvDeltas)))
		case *rtcp.ReceiverEstimatedMaximumBitrate:
			p.bitrate.Store(uint64(m.Bitrate))
		}
	}
}

func (p *Participant) sender(ssrc uint32) *sender {
	for _, s := range append([]*sender{p.mic, p.slide}, p.camera...) {
		if s.is(ssrc) {
			return s
		}
	}
	return nil
}

// Ask sends a keyframe request for a seat's picture.
func (p *Participant) Ask(seat int) error {
	ssrc, ok := p.ssrcOf(seat)
	if !ok {
		return ErrAnswer
	}
	return p.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{SenderSSRC: 1, MediaSSRC: ssrc}})
}

// AskAgain sends a NACK for packets of a seat's picture.
func (p *Participant) AskAgain(seat int, seq ...uint16) error {
	ssrc, ok := p.ssrcOf(seat)
	if !ok {
		return ErrAnswer
	}
	return p.pc.WriteRTCP([]rtcp.Packet{&rtcp.TransportLayerNack{
		SenderSSRC: 1, MediaSSRC: ssrc, Nacks: rtcp.NackPairsFromSequenceNumbers(seq),
	}})
}

// WriteRTCP sends any RTCP, for hostile tests.
func (p *Participant) WriteRTCP(packets []rtcp.Packet) error { return p.pc.WriteRTCP(packets) }

func (p *Participant) ssrcOf(seat int) (uint32, bool) {
	for ssrc, s := range *p.streams.Load() {
		if s.seat == seat && s.video && !s.repair {
			return ssrc, true
		}
	}
	return 0, false
}

// Original is the sequence number a packet of the RTX stream repeats, and its
// payload (RFC 4588).
func (p Packet) Original() (seq uint16, payload []byte, ok bool) {
	if !p.Repair || len(p.Payload) < 2 {
		return 0, nil, false
	}
	return binary.BigEndian.Uint16(p.Payload), p.Payload[2:], true
}

// readStreams reads the a=ssrc lines of an answer.
func readStreams(answer string, seats int) (map[uint32]stream, error) {
	streams, line := make(map[uint32]stream), -1
	for l := range strings.Lines(answer) {
		l = strings.TrimSpace(l)
		if strings.HasPrefix(l, "m=") {
			line++
		}
		s := stream{seat: (line - ownLines) / 2, video: (line-ownLines)%2 == 1}
		if value, ok := strings.CutPrefix(l, "a=ssrc-group:FID "); ok && line >= ownLines {
			if _, repair, ok := strings.Cut(value, " "); ok {
				s.repair = true
				streams[parseSSRC(repair)] = s
			}
		}
		if value, ok := strings.CutPrefix(l, "a=ssrc:"); ok && line >= ownLines {
			id, _, _ := strings.Cut(value, " ")
			if _, known := streams[parseSSRC(id)]; !known {
				streams[parseSSRC(id)] = s
			}
		}
	}
	if line+1 != ownLines+2*seats {
		return nil, ErrAnswer
	}
	return streams, nil
}

func parseSSRC(s string) uint32 {
	n, _ := strconv.ParseUint(s, 10, 32)
	return uint32(n)
}
