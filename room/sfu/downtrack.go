package sfu

import (
	"strconv"
	"sync/atomic"
	"time"

	"hearth/room/sfu/estimate"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// midPause is how long video carries its MID after a change of source.
// Chrome binds the SSRC by it; sound carries it always.
const midPause = int64(2 * time.Second)

// run identifies a stretch of packets of one source (see rewriter). When any
// part of it changes, the seat begins anew: sound with the next packet, a
// picture with the next keyframe.
type run struct {
	layer      *layer
	generation uint32
	sent       epoch // of the publisher's grant
	received   epoch // of the subscriber's grant
}

// rtpWriter is the end of the packet path: SRTP and the socket.
type rtpWriter interface {
	WriteRTP(*rtp.Header, []byte) (int, error)
}

// downtrack is one seat's sound or picture as one subscriber gets it. It is
// the webrtc.TrackLocal of that m-line.
type downtrack struct {
	// Static.
	peer  *Peer // the subscriber
	seat  int
	video bool
	media estimate.Media

	// playing is run.layer, for the forwarding loop to pass by unlocked.
	playing atomic.Pointer[layer]
	// target is the layer to be shown, nil for none; top the highest temporal
	// layer of it. Written by the tick.
	target atomic.Pointer[layer]
	top    atomic.Uint32
	ssrc   atomic.Uint32 // 0 until bound
	asks   bucket        // of keyframes; owned by the goroutine that reads the subscriber's SRTCP

	// Guarded by peer.down.
	writer   rtpWriter // nil while unbound
	plain    rtp.Header
	named    rtp.Header // with MID
	repair   rtp.Header // RTX
	sendTime [3]byte    // value of the extension in all three
	level    [1]byte
	namedFor int64 // until when the MID is sent
	run      run
	rewriter rewriter
	temporal temporal
	preface  preface
	repaired repairs
	heard    estimate.Stream // what receiver reports said of it
	packets  uint32          // for sender reports
	octets   uint32
}

func newDowntrack(p *Peer, seat int, video bool) *downtrack {
	t := &downtrack{peer: p, seat: seat, video: video}
	t.top.Store(topTemporal)
	t.asks = newBucket(1, keyframeAsks*keyframePrice, p.circle.sfu.now())
	t.rewriter = rewriter{clock: 48000, least: 960}
	if video {
		t.rewriter, t.media = rewriter{clock: 90000, least: 1}, estimate.Video
	}
	return t
}

// forward sends one packet to the subscriber, rewritten. first is set for a
// keyframe that may begin a run of pictures.
func (t *downtrack) forward(p *packet, first bool, now int64) bool {
	d := &t.peer.down
	d.mu.Lock()
	defer d.mu.Unlock()
	permit := t.peer.permit.Load()
	if !t.open(permit) {
		return false
	}
	marker := p.marker
	if r := (run{p.layer, p.generation, p.epoch, permit.receive}); t.run != r {
		if !first && (t.video || !p.newest()) || permit.Room != p.room {
			return false
		}
		if !t.start(r, p, now) {
			return false
		}
		marker = marker || !t.video // a talk spurt: the receiver may adapt its buffer (RFC 3551)
	}
	return t.pass(p, marker, now)
}

// start begins a run with a packet, and with those before it that belong to its
// keyframe.
func (t *downtrack) start(r run, p *packet, now int64) bool {
	if t.video && p.first != p.seq {
		return t.restore(r, p.first, int(p.seq-p.first), p.bare, p.sendTime, now)
	}
	t.begin(r, p, now)
	return true
}

// open tells whether the subscriber may get the seat at all. The caller holds
// the subscriber's lock. Whether both are in one room is asked when a run
// begins: to go to another room ends all runs.
func (t *downtrack) open(permit *permit) bool {
	return permit.Receive && permit.Seat != t.seat && t.writer != nil && t.peer.ready.Load()
}

// pass sends a packet of the present run, unless its frame is left out.
func (t *downtrack) pass(p *packet, marker bool, now int64) bool {
	if t.video && !t.keeps(p) {
		return false
	}
	seq, stamp, after, ok := t.rewriter.next(p, now)
	if !ok {
		return false
	}
	payload := p.payload
	if p.vp8.size > 0 {
		n, ok := t.rewriter.video.next(&p.vp8, p.timestamp, after, false)
		if !ok {
			return false
		}
		payload = p.describe(n)
	}
	t.named.Marker = marker
	if t.video {
		t.plain.Marker = marker
	} else if twice, ok := t.repeating(p); ok {
		t.named.PayloadType, payload = t.peer.offer.codecs.red, twice
	} else {
		t.named.PayloadType = t.peer.offer.codecs.opus
	}
	return t.send(p, seq, stamp, payload, now)
}

// keeps decides over a packet's frame by its temporal layer. What comes late
// is left to the rewriter, which knows what was left out.
func (t *downtrack) keeps(p *packet) bool {
	d := &p.vp8
	if !d.hasTID || d.idBits == 0 || int16(p.seq-t.rewriter.source) <= 0 {
		return true
	}
	again := !t.temporal.decide(d, p.timestamp, uint8(t.top.Load()))
	if t.temporal.kept {
		return true
	}
	frames := uint16(0)
	if t.rewriter.video.skip(d) {
		frames = 1
	}
	t.rewriter.skip(p, again, frames)
	return false
}

// describe writes a new VP8 descriptor in front of the frame, in place. A
// longer one reaches into the packet's header, which has been read.
func (p *packet) describe(n vp8Numbers) []byte {
	from := p.offset + p.vp8.size - p.vp8.out()
	p.vp8.put(p.buf[from:], n)
	return p.buf[from : p.offset+len(p.payload)]
}

// begin starts a run.
func (t *downtrack) begin(r run, p *packet, now int64) {
	stamp, known := t.aligned(r, p)
	if p.bare {
		t.rewriter.reserve()
	}
	t.rewriter.begin(p, now, stamp, known)
	if t.video {
		t.speak(r.layer.codec)
		if p.vp8.size > 0 {
			t.rewriter.video.begin(&p.vp8, p.timestamp)
		}
		t.temporal = temporal{level: uint8(t.top.Load()), stamp: p.timestamp, kept: true}
	}
	t.run, t.namedFor, t.preface = r, now+midPause, preface{}
	t.playing.Store(r.layer)
	if p.bare {
		t.precede(p, now)
	}
}

// speak makes the stream one of a codec, under the subscriber's numbers.
func (t *downtrack) speak(c codec) {
	f := &t.peer.offer.codecs.down[c]
	t.plain.PayloadType, t.named.PayloadType, t.repair.PayloadType = f.number, f.number, f.repair
}

// aligned is the outgoing timestamp of the first packet of a run where the
// run only changes the simulcast layer: both layers' sender reports tie their
// timestamps to the same clock, so the change is not seen as a jump in time.
func (t *downtrack) aligned(r run, p *packet) (uint32, bool) {
	old := t.run.layer
	if !t.video || old == nil || old.peer != r.layer.peer || old.line != r.layer.line {
		return 0, false
	}
	from, to := old.reported(), r.layer.reported()
	if !from.known || !to.known {
		return 0, false
	}
	at := ntpNanos(to.ntp) + int64(int32(p.timestamp-to.stamp))*1e9/90000
	since := (at - ntpNanos(from.ntp)) / 1000 * 90 / 1000
	return from.stamp + uint32(since) + t.rewriter.stampOffset, true
}

// send fills in the header and writes it.
func (t *downtrack) send(p *packet, seq uint16, stamp uint32, payload []byte, now int64) bool {
	h := &t.plain
	if !t.video || now < t.namedFor {
		h = &t.named
	}
	h.SequenceNumber, h.Timestamp = seq, stamp
	t.sendTime, t.level[0] = p.sendTime, p.level
	if _, err := t.writer.WriteRTP(h, payload); err != nil {
		t.peer.circle.sfu.stats.drop(DropWrite)
		return false
	}
	t.packets++
	t.octets += uint32(len(payload))
	t.peer.down.path.Sent(t.media, len(payload), now)
	return true
}

// aim says what the seat shall show from now on; nil for nothing. What does
// not show yet begins from what is kept, or a keyframe is asked for. Called by
// the tick.
func (t *downtrack) aim(l *layer, top uint8, now int64) {
	t.top.Store(uint32(top))
	t.target.Store(l)
	switch {
	case l == nil:
		t.pause()
	case !t.shows(l) && !t.replay(l, now):
		l.wantKeyframe()
	}
}

// pause ends the present run.
func (t *downtrack) pause() {
	if t.playing.Load() == nil {
		return
	}
	t.peer.down.mu.Lock()
	t.run = run{}
	t.playing.Store(nil)
	t.peer.down.mu.Unlock()
}

// shows tells whether the present run is of the layer and all that decides
// over it is still the same.
func (t *downtrack) shows(l *layer) bool {
	if t.playing.Load() != l {
		return false
	}
	sent, _ := l.peer.permit.Load().sends(l.line)
	generation := l.streams()
	t.peer.down.mu.Lock()
	defer t.peer.down.mu.Unlock()
	return t.run == run{l, generation, sent, t.peer.permit.Load().receive}
}

// Bind implements webrtc.TrackLocal. Pion calls it once the answer is set.
func (t *downtrack) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	want := webrtc.MimeTypeOpus
	if t.video {
		want = t.peer.offer.codecs.first().mimeType()
	}
	for _, codec := range c.CodecParameters() {
		if codec.MimeType == want {
			t.bind(c.WriteStream(), uint32(c.SSRC()), uint32(c.SSRCRetransmission()))
			return codec, nil
		}
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}

func (t *downtrack) bind(w rtpWriter, ssrc, repairSSRC uint32) {
	o := t.peer.offer
	line := seatLine(t.seat)
	if t.video {
		line++
	}
	t.peer.down.mu.Lock()
	defer t.peer.down.mu.Unlock()
	e := o.offered[line]
	t.plain = t.header(e, ssrc, o.codecs.opus, "")
	t.named = t.header(e, ssrc, o.codecs.opus, o.mids[line])
	t.repair = t.header(e, repairSSRC, 0, "")
	if t.video {
		t.speak(o.codecs.first())
	}
	t.writer = w
	t.ssrc.Store(ssrc)
}

// header makes a packet header whose extensions point into the downtrack, so
// that sending changes a few bytes and allocates nothing.
func (t *downtrack) header(e extensions, ssrc uint32, format uint8, mid string) rtp.Header {
	h := rtp.Header{Version: 2, PayloadType: format, SSRC: ssrc}
	if e.sendTime != 0 {
		_ = h.SetExtension(e.sendTime, t.sendTime[:]) // ids and sizes are valid by takeExtensions
	}
	if e.audioLevel != 0 && !t.video {
		_ = h.SetExtension(e.audioLevel, t.level[:])
	}
	if e.mid != 0 && mid != "" {
		_ = h.SetExtension(e.mid, []byte(mid))
	}
	return h
}

// Unbind implements webrtc.TrackLocal.
func (t *downtrack) Unbind(webrtc.TrackLocalContext) error {
	t.peer.down.mu.Lock()
	t.writer = nil
	t.peer.down.mu.Unlock()
	return nil
}

// ID implements webrtc.TrackLocal.
func (t *downtrack) ID() string {
	if t.video {
		return "video" + strconv.Itoa(t.seat)
	}
	return "audio" + strconv.Itoa(t.seat)
}

// RID implements webrtc.TrackLocal: subscribers get no simulcast.
func (t *downtrack) RID() string { return "" }

// StreamID implements webrtc.TrackLocal. A seat's sound and picture share it,
// so browsers play them in sync.
func (t *downtrack) StreamID() string { return "seat" + strconv.Itoa(t.seat) }

// Kind implements webrtc.TrackLocal.
func (t *downtrack) Kind() webrtc.RTPCodecType {
	if t.video {
		return webrtc.RTPCodecTypeVideo
	}
	return webrtc.RTPCodecTypeAudio
}
