package sfu

import (
	"encoding/binary"
	"testing"
)

// FuzzRTP hands a hostile participant's decrypted packets to the packet path:
// several in one input, each with its length in front. The recorders fail if
// a (SSRC, sequence number) is ever used twice.
func FuzzRTP(f *testing.F) {
	mic := &bareStream{line: lineMic, ssrc: 1}
	high := &bareStream{line: lineCamera, ssrc: 2, rid: ridHigh, seq: 65530}
	f.Add(chop(mic.packet(false), mic.packet(false)))
	f.Add(chop(high.packet(true), high.packet(true), high.packet(false), high.packet(true)))
	f.Add(chop(high.at(9, 1, 1, true), high.at(9, 1, 1, true), high.at(5000, 1, 1, true), high.at(2, 1, 1, true), high.at(3, 1, 1, true)))
	f.Fuzz(func(t *testing.T, all []byte) {
		c, p, _, _ := watchBare(t)
		hostile(t, c, p, all)
	})
}

// FuzzRTPOfH264 does the same for one who sends H.264.
func FuzzRTPOfH264(f *testing.F) {
	s := &bareH264Stream{line: lineCamera, ssrc: 2, rid: ridHigh, seq: 65530}
	begun := flat(s.frame(true), [][]byte{{9}}, s.frame(true), s.frame(false))
	f.Add(chop(begun...))
	f.Add(chop(begun[0], begun[0], begun[2], begun[1], begun[3]))
	f.Add(chop(begun[0], []byte{9}, begun[1], begun[2], begun[5], begun[6]))
	bare := &bareH264Stream{line: lineCamera, ssrc: 2, rid: ridHigh, seq: 65530, every: 9}
	f.Add(chop(flat(bare.frame(true), [][]byte{{9}}, bare.frame(false), bare.frame(true), [][]byte{{9}, {}}, bare.frame(true))...))
	f.Fuzz(func(t *testing.T, all []byte) {
		c, p, _ := watchH264(t)
		hostile(t, c, p, all)
	})
}

// chop puts packets into one input.
func chop(packets ...[]byte) (all []byte) {
	for _, p := range packets {
		all = append(binary.BigEndian.AppendUint16(all, uint16(len(p))), p...)
	}
	return all
}

// hostile takes an input apart again and hands it over.
func hostile(t *testing.T, c *Circle, p *Peer, all []byte) {
	watcher := c.members()[1]
	taps := map[uint32]*rtpTap{}
	now := c.sfu.now()
	for n := 0; len(all) >= 2 && n < 200; n++ {
		size := min(int(binary.BigEndian.Uint16(all)), len(all)-2)
		b := append([]byte(nil), all[2:2+size]...)
		all = all[2+size:]
		now += ms
		if size < rtpHeader {
			showAll(p, ridHigh, now)
			track := watcher.seats[0].video
			track.resend(track.rewriter.head-uint16(size), now)
			if size == 0 {
				track.askKeyframe(now)
			}
			continue
		}
		ssrc := binary.BigEndian.Uint32(b[8:])
		if taps[ssrc] == nil {
			taps[ssrc] = &rtpTap{peer: p, ssrc: ssrc}
		}
		p.receive(taps[ssrc], b, now)
	}
	if p.up[lineMic].layers[0].losses.count > lossMost {
		t.Fatal("too many losses remembered")
	}
}

// FuzzRTCP hands a hostile participant's RTCP to the feedback path.
func FuzzRTCP(f *testing.F) {
	f.Add([]byte{0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 7, 208, 0, 1, 0, 3}, uint32(2000))
	f.Add([]byte{0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 7, 208}, uint32(2000))
	f.Add(append([]byte{0x80, 200, 0, 6, 0, 0, 0, 1}, make([]byte, 20)...), uint32(1))
	f.Add(remb(77_000, 2000), uint32(2000))
	f.Add(append([]byte{0x81, 201, 0, 7, 0, 0, 0, 1, 0, 0, 7, 208}, make([]byte, 20)...), uint32(2000))
	f.Fuzz(func(t *testing.T, b []byte, ssrc uint32) {
		c, p, _, video := watchBare(t)
		s, tap := &bareStream{line: lineCamera, ssrc: 1, rid: ridHigh}, &rtpTap{peer: p, ssrc: 1}
		now := c.sfu.now()
		feed(p, tap, now, s.packet(false))
		showAll(p, ridHigh, now)
		feed(p, tap, now, s.packet(true), s.packet(false))
		watcher := c.members()[1]
		watcher.control(&rtcpTap{peer: watcher, ssrc: ssrc, track: watcher.trackOf(ssrc)}, b, now)
		p.control(&rtcpTap{peer: p, ssrc: 1}, b, now)
		for _, sent := range video.sent[2:] {
			if sent.SSRC != 3000 {
				t.Fatal("feedback made a packet on the primary stream")
			}
		}
		_, _ = watcher.seats[0].video.report(now)
	})
}
