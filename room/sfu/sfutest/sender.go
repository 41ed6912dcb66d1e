package sfutest

import (
	"encoding/binary"
	"sync"
	"sync/atomic"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// sender is one outgoing stream, with its RTX stream if it is a picture.
type sender struct {
	// Static.
	p    *Participant
	line int
	rid  string
	mid  string // set before the offer goes out

	keyframe atomic.Bool // asked for

	mu     sync.Mutex
	writer webrtc.TrackLocalWriter // guarded by mu, nil until the answer
	ssrc   uint32
	repair uint32
	ids    map[string]uint8        // header extensions by URI
	again  uint16                  // RTX sequence number
	kept   [keptPackets]keptPacket // by sequence number
	lose   func(seq uint16) bool
}

const keptPackets = 256

type keptPacket struct {
	header  rtp.Header
	payload []byte
}

func (p *Participant) addSenders() error {
	init := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}
	p.mic = &sender{p: p, line: lineMic}
	p.slide = &sender{p: p, line: lineSlide}
	p.camera = []*sender{{p: p, line: lineCamera, rid: "l"}, {p: p, line: lineCamera, rid: "h"}}
	if p.config.Flat {
		p.camera = []*sender{{p: p, line: lineCamera}}
	}
	if _, err := p.pc.AddTransceiverFromTrack(p.mic, init); err != nil {
		return err
	}
	t, err := p.addPicture(p.camera[0])
	if err != nil {
		return err
	}
	for _, s := range p.camera[1:] {
		if err := t.Sender().AddEncoding(s); err != nil {
			return err
		}
	}
	_, err = p.addPicture(p.slide)
	return err
}

// addPicture makes the m-line of an own picture, with its codec alone.
func (p *Participant) addPicture(s *sender) (*webrtc.RTPTransceiver, error) {
	t, err := p.pc.AddTransceiverFromTrack(s, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
	if err == nil {
		err = t.SetCodecPreferences(p.config.pictures(s.line))
	}
	return t, err
}

// nameSenders notes the m-lines' ids, which the offer has just fixed.
func (p *Participant) nameSenders() {
	lines := p.pc.GetTransceivers()
	for _, s := range append([]*sender{p.mic, p.slide}, p.camera...) {
		s.mid = lines[s.line].Mid()
	}
}

// Bind implements webrtc.TrackLocal.
func (s *sender) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writer, s.ssrc, s.repair = c.WriteStream(), uint32(c.SSRC()), uint32(c.SSRCRetransmission())
	s.ids = make(map[string]uint8)
	for _, e := range c.HeaderExtensions() {
		s.ids[e.URI] = uint8(e.ID)
	}
	for _, codec := range c.CodecParameters() {
		if codec.PayloadType == webrtc.PayloadType(s.format()) {
			return codec, nil
		}
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}

// Unbind implements webrtc.TrackLocal.
func (s *sender) Unbind(webrtc.TrackLocalContext) error {
	s.mu.Lock()
	s.writer = nil
	s.mu.Unlock()
	return nil
}

// ID implements webrtc.TrackLocal.
func (s *sender) ID() string { return [...]string{"mic", "camera", "slide"}[s.line] }

// RID implements webrtc.TrackLocal.
func (s *sender) RID() string { return s.rid }

// StreamID implements webrtc.TrackLocal.
func (s *sender) StreamID() string { return "me" }

// Kind implements webrtc.TrackLocal.
func (s *sender) Kind() webrtc.RTPCodecType {
	if s.line == lineMic {
		return webrtc.RTPCodecTypeAudio
	}
	return webrtc.RTPCodecTypeVideo
}

func (s *sender) is(ssrc uint32) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ssrc == ssrc
}

func (s *sender) format() uint8 {
	switch {
	case s.line == lineMic:
		return opusFormat
	case s.p.config.H264:
		return h264Format
	}
	return vp8Format
}

// write sends one packet and keeps it for retransmission.
func (s *sender) write(h rtp.Header, payload []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writer == nil {
		return
	}
	h.Version, h.SSRC, h.PayloadType = 2, s.ssrc, s.format()
	s.stamp(&h, uriRID)
	s.kept[h.SequenceNumber%keptPackets] = keptPacket{h, append([]byte(nil), payload...)}
	if s.lose != nil && s.lose(h.SequenceNumber) {
		return
	}
	_, _ = s.writer.WriteRTP(&h, payload)
}

// stamp puts the ids of m-line and layer into a header.
func (s *sender) stamp(h *rtp.Header, rid string) {
	h.Extension, h.Extensions = false, nil
	if id := s.ids[uriMID]; id != 0 {
		_ = h.SetExtension(id, []byte(s.mid))
	}
	if id := s.ids[rid]; id != 0 && s.rid != "" {
		_ = h.SetExtension(id, []byte(s.rid))
	}
	if id := s.ids[uriTransport]; id != 0 {
		_ = h.SetExtension(id, binary.BigEndian.AppendUint16(nil, uint16(s.p.transport.Add(1))))
	}
	if id := s.ids[uriAudioLevel]; id != 0 && s.line == lineMic {
		_ = h.SetExtension(id, []byte{0x80 | 20})
	}
}

// repeat answers a NACK over RTX.
func (s *sender) repeat(seqs []uint16) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, seq := range seqs {
		k := s.kept[seq%keptPackets]
		if s.writer == nil || s.repair == 0 || k.payload == nil || k.header.SequenceNumber != seq {
			continue
		}
		h := k.header
		s.stamp(&h, uriRepairedRID)
		s.again++
		h.SSRC, h.PayloadType, h.SequenceNumber = s.repair, s.format()+1, s.again
		_, _ = s.writer.WriteRTP(&h, append(binary.BigEndian.AppendUint16(nil, seq), k.payload...))
	}
}

// Lose makes the camera lose the packets f says, before they reach the
// network, as a bad uplink would. Nil loses none.
func (p *Participant) Lose(f func(seq uint16) bool) {
	for _, s := range p.camera {
		s.mu.Lock()
		s.lose = f
		s.mu.Unlock()
	}
}

// Write sends any packet on an own m-line, for hostile tests: line 0 is the
// microphone, 1 the camera with its rid, 2 the slide. SSRC and payload type
// are filled in; extensions are those of a good client.
func (p *Participant) Write(line int, rid string, h rtp.Header, payload []byte) {
	for _, s := range append([]*sender{p.mic, p.slide}, p.camera...) {
		if s.line == line && s.rid == rid {
			s.write(h, payload)
		}
	}
}
