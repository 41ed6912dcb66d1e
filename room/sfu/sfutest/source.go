package sfutest

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
)

// source is one thing being sent: a goroutine with a clock.
type source struct {
	end  chan struct{}
	done sync.WaitGroup
}

func (s *source) stop() {
	close(s.end)
	s.done.Wait()
}

func (p *Participant) start(name string, every time.Duration, f func(n uint32)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sources == nil || p.sources[name] != nil {
		return
	}
	s := &source{end: make(chan struct{})}
	p.sources[name] = s
	s.done.Add(1)
	go func() {
		defer s.done.Done()
		tick := time.NewTicker(every)
		defer tick.Stop()
		for n := uint32(0); ; n++ {
			f(n)
			select {
			case <-s.end:
				return
			case <-tick.C:
			}
		}
	}()
}

func (p *Participant) stop(name string) {
	p.mu.Lock()
	s := p.sources[name]
	delete(p.sources, name)
	p.mu.Unlock()
	if s != nil {
		s.stop()
	}
}

// Rhythm of what is sent.
const (
	micEvery    = 20 * time.Millisecond
	cameraEvery = time.Second / 24
	// hostileKeyframes is after how many frames a hostile client sends a
	// keyframe nobody asked for, to be seen whenever a gap opens.
	hostileKeyframes = 12
)

// StartMic sends Opus packets, 50 a second.
func (p *Participant) StartMic() {
	seq, stamp := uint16(rand.Uint32()), rand.Uint32()
	p.start("mic", micEvery, func(n uint32) {
		payload := append([]byte{0x78}, tag(p.config.Tag, n)...)
		p.mic.write(rtp.Header{SequenceNumber: seq, Timestamp: stamp}, append(payload, make([]byte, 52)...))
		p.mic.report(n, 50, stamp)
		seq, stamp = seq+1, stamp+960
	})
}

// StopMic ends it.
func (p *Participant) StopMic() { p.stop("mic") }

// StartCamera sends VP8 frames, 24 a second in each layer. The first one and
// each one asked for is a keyframe.
func (p *Participant) StartCamera() {
	var layers []*picture
	for i, s := range p.camera {
		layers = append(layers, newPicture(s, 1+2*i))
	}
	p.start("camera", cameraEvery, func(n uint32) {
		for _, l := range layers {
			l.frame(n)
		}
	})
}

// StopCamera ends it.
func (p *Participant) StopCamera() { p.stop("camera") }

// StartSlide sends VP8 frames on the spare m-line.
func (p *Participant) StartSlide() {
	l := newPicture(p.slide, 2)
	p.start("slide", cameraEvery, l.frame)
}

// StopSlide ends it.
func (p *Participant) StopSlide() { p.stop("slide") }

// h264Payload is the largest payload of a packet of H.264.
const h264Payload = 1100

// picture makes the frames of one stream.
type picture struct {
	s       *sender
	packets int // in a frame; a keyframe has one more
	seq     uint16
	stamp   uint32
	id      uint16
	tl0     uint8
	key     uint8
	step    int                  // since the last keyframe
	cut     codecs.H264Payloader // of H.264
}

// pattern is the temporal layers of four frames, with Y where a frame depends
// on the lowest layer alone: 0 2 1 2, as browsers send L1T3.
var pattern = [4]byte{0x20, 2<<6 | 0x20, 1<<6 | 0x20, 2 << 6}

func newPicture(s *sender, packets int) *picture {
	s.keyframe.Store(true)
	return &picture{
		s: s, packets: packets, seq: uint16(rand.Uint32()), stamp: rand.Uint32(),
		id: uint16(rand.Uint32()) & 0x7fff, tl0: uint8(rand.Uint32()), key: uint8(rand.Uint32()) & 0x1f,
	}
}

// frame sends the next frame.
func (v *picture) frame(n uint32) {
	if v.s.p.config.H264 {
		v.h264(n)
	} else {
		v.vp8(n)
	}
	v.s.report(n, 24, v.stamp)
	v.stamp += 90000 / 24
}

// h264 sends a frame in packets of any kind a browser sends.
func (v *picture) h264(n uint32) {
	if v.s.keyframe.Swap(false) || v.s.p.config.Hostile && n%hostileKeyframes == 0 {
		v.step = 0
	}
	f := Frame{Who: v.s.p.config.Tag, Number: n, Since: uint32(v.step), High: v.s.rid == "h"}
	v.step++
	packets := v.cut.Payload(h264Payload, annexB(f.NALs()))
	for i, payload := range packets {
		v.s.write(rtp.Header{SequenceNumber: v.seq, Timestamp: v.stamp, Marker: i == len(packets)-1}, payload)
		v.seq++
	}
}

func (v *picture) vp8(n uint32) {
	key := v.s.keyframe.Swap(false) || v.s.p.config.Hostile && n%hostileKeyframes == 0
	packets, first := v.packets, byte(0x01)
	if key {
		packets, first, v.step = packets+1, 0, 0
		v.key = (v.key + 1) & 0x1f
	}
	temporal := pattern[v.step%4]
	v.step++
	if temporal>>6 == 0 {
		v.tl0++
	}
	for i := range packets {
		// X S; I L T K; M and the picture id; TL0PICIDX; TID, Y, KEYIDX.
		d := []byte{0x80, 0xf0, 0x80 | byte(v.id>>8), byte(v.id), v.tl0, temporal | v.key}
		if i == 0 {
			d[0] |= 0x10
		}
		frame := append([]byte{first, 0, 0, 0, 0, 0, 0, 0, 0, 0}, tag(v.s.p.config.Tag, n)...)
		h := rtp.Header{SequenceNumber: v.seq, Timestamp: v.stamp, Marker: i == packets-1}
		v.s.write(h, append(append(d, frame...), make([]byte, 492)...))
		v.seq++
	}
	v.id = (v.id + 1) & 0x7fff
}

// report sends a sender report each second.
func (s *sender) report(n, rate, stamp uint32) {
	s.mu.Lock()
	ssrc := s.ssrc
	s.mu.Unlock()
	if n%rate != 0 || ssrc == 0 {
		return
	}
	now := time.Now().UnixNano()
	ntp := uint64(now/1e9+2208988800)<<32 | uint64(now%1e9)<<32/1e9
	_ = s.p.pc.WriteRTCP([]rtcp.Packet{&rtcp.SenderReport{SSRC: ssrc, NTPTime: ntp, RTPTime: stamp}})
}
