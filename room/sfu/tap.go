package sfu

import (
	"errors"
	"io"

	"github.com/pion/transport/v5/packetio"
)

// tap makes the buffers pion puts decrypted packets in, one for each SSRC.
// Ours keep nothing: Write runs on the goroutine that decrypts and forwards
// right there, Read ends pion's own probe of the stream at once. A
// participant that invents streams without end is cut off.
func (p *Peer) tap(kind packetio.BufferPacketType, ssrc uint32) io.ReadWriteCloser {
	if kind == packetio.RTPBufferPacket {
		if p.streams.Add(1) > maxStreams {
			p.cut()
		}
		return &rtpTap{peer: p, ssrc: ssrc}
	}
	if p.feedbackStreams.Add(1) > maxFeedbackStreams {
		p.cut()
	}
	return &rtcpTap{peer: p, ssrc: ssrc, track: p.trackOf(ssrc)}
}

// errTooMuch ends the reading of one datagram.
var errTooMuch = errors.New("sfu: too many RTCP messages")

// cut ends a participant that attacks.
func (p *Peer) cut() {
	p.circle.sfu.stats.drop(DropFlood)
	p.Close()
}

// stray is told of every packet that is dropped without a limit of its own, and
// cuts off who floods with such.
func (p *Peer) stray(r Reason, now int64) Reason {
	p.strayed(now)
	return r
}

// strayed is the same without the reason, and tells whether there are too many.
func (p *Peer) strayed(now int64) (tooMany bool) {
	tooMany, stop := p.strays.drop(now)
	if stop {
		p.cut()
	}
	return tooMany
}

// rtpTap receives the packets of one SSRC. It belongs to the goroutine that
// reads its peer's SRTP.
type rtpTap struct {
	peer   *Peer
	ssrc   uint32
	layer  *layer // nil until a packet told
	repair bool   // an RTX stream
}

func (t *rtpTap) Write(b []byte) (int, error) {
	t.peer.receive(t, b, t.peer.circle.sfu.now())
	return len(b), nil
}

func (t *rtpTap) Read([]byte) (int, error) { return 0, io.EOF }
func (t *rtpTap) Close() error             { return nil }

// rtcpTap receives the RTCP messages that name one SSRC, one message a call.
// It belongs to the goroutine that reads its peer's SRTCP.
type rtcpTap struct {
	peer  *Peer
	ssrc  uint32
	track *downtrack // the seat's stream of that SSRC, or nil
}

// Write fails where there are too many, upon which pion leaves the rest of the
// datagram: one of 1.4 kB can hold messages for 30,000 calls.
func (t *rtcpTap) Write(b []byte) (int, error) {
	if !t.peer.control(t, b, t.peer.circle.sfu.now()) {
		return 0, errTooMuch
	}
	return len(b), nil
}

func (t *rtcpTap) Read([]byte) (int, error) { return 0, io.EOF }
func (t *rtcpTap) Close() error             { return nil }
