package sfu

import (
	"bytes"
	"net"
	"testing"

	"hearth/room/sfu/sfutest"

	"github.com/pion/rtcp"
	"github.com/pion/srtp/v3"
	"github.com/pion/transport/v5/packetio"
)

// bareBrowser sends the RTCP of somebody in a full circle, as often as
// browsers ever do: they vary the time between two reports by a half.
type bareBrowser struct {
	t      *testing.T
	p      *Peer
	taps   map[uint32]*rtcpTap
	strays int // calls with which nothing is done
}

// Streams of its own.
const browserMic = 1

var browserPictures = []uint32{2, 3, 4}

// hand hands a datagram over as pion's SRTCP session does: each message once
// for each stream that it names, or if none for each that the datagram names.
func (b *bareBrowser) hand(now int64, messages ...rtcp.Packet) {
	b.t.Helper()
	all, err := rtcp.UnmarshalRaw(marshal(messages...))
	if err != nil {
		b.t.Fatal(err)
	}
	named := map[uint32]bool{}
	for _, m := range all {
		for _, ssrc := range b.named(m) {
			named[ssrc] = true
		}
	}
	for _, m := range all {
		to := b.named(m)
		if len(to) == 0 {
			for ssrc := range named {
				to = append(to, ssrc)
			}
		}
		for _, ssrc := range to {
			if b.taps[ssrc] == nil {
				b.taps[ssrc] = b.p.tap(packetio.RTCPBufferPacket, ssrc).(*rtcpTap)
			}
			if b.taps[ssrc].action(m) == nil {
				b.strays++
			}
			if !b.p.control(b.taps[ssrc], m, now) {
				b.t.Error("a datagram was not read to its end")
			}
		}
	}
}

func (b *bareBrowser) named(m rtcp.RawPacket) []uint32 {
	to, err := m.ParseDestinationSSRC(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return to
}

// name is the SDES that goes with every report. Of all streams received it
// names the first one sent.
func (b *bareBrowser) name(ssrc uint32) rtcp.Packet {
	return &rtcp.SourceDescription{Chunks: []rtcp.SourceDescriptionChunk{{
		Source: ssrc, Items: []rtcp.SourceDescriptionItem{{Type: rtcp.SDESCNAME, Text: "0123456789abcdef"}},
	}}}
}

// sends reports on what it sends: a microphone every 2.5 s, pictures the more
// often the higher their rate.
func (b *bareBrowser) sends(now, at int64) {
	if at%(2500*ms) == 0 {
		b.hand(now, &rtcp.SenderReport{SSRC: browserMic}, b.name(browserMic))
	}
	for _, ssrc := range browserPictures {
		if at%(80*ms) == 0 {
			b.hand(now, &rtcp.SenderReport{SSRC: ssrc}, b.name(ssrc), &rtcp.ExtendedReport{SenderSSRC: ssrc})
		}
	}
}

// receives reports on what it gets of a seat, and asks for packets again.
func (b *bareBrowser) receives(seat int, now, at int64) {
	sound, picture := uint32(1000+seat), uint32(2000+seat)
	if at%(2500*ms) == 0 {
		b.hand(now, &rtcp.ReceiverReport{SSRC: browserMic, Reports: []rtcp.ReceptionReport{{SSRC: sound}}}, b.name(browserMic))
	}
	if at%(500*ms) == 0 {
		both := []rtcp.ReceptionReport{{SSRC: picture}, {SSRC: picture + 1000}}
		b.hand(now, &rtcp.ReceiverReport{SSRC: browserMic, Reports: both}, b.name(browserMic))
	}
	if at%(100*ms) == 0 {
		b.hand(now, &rtcp.TransportLayerNack{SenderSSRC: browserMic, MediaSSRC: picture, Nacks: []rtcp.NackPair{{PacketID: uint16(at / ms)}}})
	}
}

// estimates sends a REMB about all pictures and their repetitions, with the
// report of a stream that is not sent now, which names nobody.
func (b *bareBrowser) estimates(now int64) {
	remb := &rtcp.ReceiverEstimatedMaximumBitrate{SenderSSRC: browserMic, Bitrate: 4e6}
	for seat := range listeners {
		remb.SSRCs = append(remb.SSRCs, uint32(2001+seat), uint32(3001+seat))
	}
	b.hand(now, &rtcp.ReceiverReport{SSRC: browserMic}, b.name(browserMic), remb)
}

// A browser's RTCP is never too much, at its liveliest in a full circle, and
// takes well under half of what strays may be.
func TestABrowsersRTCPIsNeverTooMuch(t *testing.T) {
	c, peers := bareCircle(t, listeners+1, func() rtpWriter { return discard{} })
	p := peers[0]
	b := &bareBrowser{t: t, p: p, taps: map[uint32]*rtcpTap{}}
	began, least := c.sfu.now(), p.strays.some.level
	for at := int64(0); at < 60_000*ms; at += 20 * ms {
		now := began + at
		b.sends(now, at)
		for seat := 1; seat <= listeners; seat++ {
			b.receives(seat, now, at)
		}
		if at%(200*ms) == 0 {
			b.estimates(now)
		}
		least = min(least, p.strays.some.level)
	}
	b.hand(began+60_000*ms, &rtcp.ReceiverReport{SSRC: browserMic}, &rtcp.Goodbye{Sources: append([]uint32{browserMic}, browserPictures...)})
	for reason, n := range c.sfu.Stats().Dropped {
		if n != 0 && Reason(reason) != DropNACK {
			t.Errorf("%d dropped: %v", n, Reason(reason))
		}
	}
	if len(c.members()) != listeners+1 {
		t.Error("cut off")
	}
	left := least / (1000 * ms)
	t.Logf("%d strays a second; %d of %d at once left at least", b.strays/60, left, strayPackets*strayBurst)
	if b.strays/60 > strayPackets/2 || left < strayPackets*strayBurst/2 {
		t.Error("too near the limit")
	}
}

// bareSRTCP is a peer's SRTCP alone, and how to send to it. What is sent has
// been read when the next is taken.
func bareSRTCP(t *testing.T, p *Peer) (send func([]byte)) {
	near, far := net.Pipe()
	zero := srtp.SessionKeys{LocalMasterKey: make([]byte, 16), LocalMasterSalt: make([]byte, 12),
		RemoteMasterKey: make([]byte, 16), RemoteMasterSalt: make([]byte, 12)}
	const profile = srtp.ProtectionProfileAeadAes128Gcm
	log := peerLog{newStackLog(Config{}.logger(), &p.circle.sfu.stats), p}
	s, err := srtp.NewSessionSRTCP(near, &srtp.Config{Keys: zero, Profile: profile, BufferFactory: p.tap, LoggerFactory: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	go func() {
		for {
			if _, _, err := s.AcceptStream(); err != nil {
				return
			}
		}
	}()
	key, err := srtp.CreateContext(zero.LocalMasterKey, zero.LocalMasterSalt, profile)
	if err != nil {
		t.Fatal(err)
	}
	return func(datagram []byte) {
		b, err := key.EncryptRTCP(nil, datagram, nil)
		if err == nil {
			_, err = far.Write(b)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Messages without a destination, beside one that names many streams: each is
// for all of them. What is too much is not even handed over.
func TestADatagramIsNotMultiplied(t *testing.T) {
	const named, empty, sent = 200, 120, 3
	p := bareMember(t)
	send := bareSRTCP(t, p)
	remb := &rtcp.ReceiverEstimatedMaximumBitrate{Bitrate: 1e6}
	for i := range uint32(named) {
		remb.SSRCs = append(remb.SSRCs, 2000+i)
	}
	datagram := append(marshal(remb), bytes.Repeat([]byte{0x80, 210, 0, 0}, empty)...)
	for range sent + 1 {
		send(datagram)
	}
	n := p.circle.sfu.Stats().Dropped[DropFeedback]
	if n == 0 || n > sent+1 {
		t.Errorf("%d datagrams of %d bytes made %d messages too many", sent, len(datagram), n)
	}
}

// Messages that pion cannot read count, all of them.
func TestUnreadableMessagesCount(t *testing.T) {
	const each = 300
	m := join(t, openTest(t).Circle(1), sfutest.Config{})
	if err := m.Misreport(bytes.Repeat([]byte{0x80, rtcpSenderReport, 0, 0}, each)); err != nil {
		t.Fatal(err)
	}
	malformed := func() uint64 { return m.peer.circle.sfu.Stats().Dropped[DropMalformed] }
	eventually(t, "counted", func() bool { return malformed() > 0 })
	eventually(t, "all of them", func() bool { return malformed() == each })
}
