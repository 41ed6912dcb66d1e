package sfu

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"
)

func TestBucket(t *testing.T) {
	second := int64(time.Second)
	b := newBucket(10, 5, 0)
	if !b.take(5, 0) || b.take(1, 0) {
		t.Error("burst")
	}
	if !b.take(1, second/10) || b.take(1, second/10) {
		t.Error("rate")
	}
	if !b.take(5, 1e6*second) || b.take(1, 1e6*second) {
		t.Error("a long pause fills it once")
	}
	if b.take(1, 0) {
		t.Error("a clock that goes back fills it")
	}
	big := newBucket(videoBits/8, videoBits/8, 0)
	if !big.take(videoBits/8, 0) || !big.take(videoBits/8, 300*24*3600*second) {
		t.Error("overflow")
	}
}

func TestKeyframeRequest(t *testing.T) {
	var k keyframeRequest
	if k.due(1) {
		t.Error("not asked for")
	}
	k.want()
	k.want()
	if !k.due(1) || k.due(1+keyframePause-1) {
		t.Error("one outstanding")
	}
	if !k.due(1 + keyframePause) {
		t.Error("repeated until it comes")
	}
	k.came()
	if k.due(1 + 9*keyframePause) {
		t.Error("it came")
	}
}

func TestLosses(t *testing.T) {
	var l losses
	l.gap(2, 4, 0) // 65535, 0, 1
	if got := l.due(nil, lossWait-1); len(got) != 0 {
		t.Errorf("asked at once for %v", got)
	}
	l.arrived(0)
	for try := range lossTries {
		got := l.due(nil, lossWait+int64(try)*lossPause)
		if !equal(got, []uint16{65535, 1}) {
			t.Errorf("try %d: %v", try, got)
		}
	}
	if got := l.due(nil, 99*lossPause); len(got) != 0 || l.count != 0 {
		t.Errorf("not given up: %v", got)
	}
	l.gap(1000, 200, 0)
	if l.count != lossMost || l.missing[0].seq != 1000-lossMost {
		t.Errorf("%d kept from %d", l.count, l.missing[0].seq)
	}
}

func TestRingKeepsTheEpoch(t *testing.T) {
	var r ring
	buf := make([]byte, 2*slotSize)
	out := packet{buf: buf}
	if r.get(1, 1, &out) {
		t.Error("an empty ring")
	}
	for seq := range uint16(300) {
		r.put(&packet{seq: seq, timestamp: uint32(seq), payload: []byte{byte(seq), 9}}, 1, ringLow)
	}
	r.put(&packet{seq: 300, payload: make([]byte, slotSize+1)}, 1, ringLow)
	if !r.get(250, 1, &out) || !bytes.Equal(out.payload, []byte{250, 9}) || out.timestamp != 250 {
		t.Errorf("%+v", out.payload)
	}
	for name, ok := range map[string]bool{
		"another epoch": r.get(250, 2, &out), "overwritten": r.get(100, 1, &out),
		"not yet": r.get(301, 1, &out), "too large": r.get(300, 1, &out),
	} {
		if ok {
			t.Error(name)
		}
	}
}

func TestReceiverReport(t *testing.T) {
	var r reception
	w := window{gap: maxGapAudio}
	now := int64(0)
	for seq := range uint16(100) {
		if seq%4 == 3 {
			continue
		}
		if w.accept(seq) == restart {
			r.restart(w.highest())
		}
		r.received(uint32(seq)*960, 48000, now)
		now += 20 * ms
	}
	b := r.block(7, &w, &senderClock{}, now)
	if b.SSRC != 7 || b.LastSequenceNumber != 98 || b.TotalLost != 24 || b.FractionLost != 24*256/99 {
		t.Errorf("%+v", b)
	}
	c := senderClock{true, 0x1122334455667788, 0, now - int64(time.Second)/2}
	b = r.block(7, &w, &c, now)
	if b.LastSenderReport != 0x33445566 || b.Delay != 32768 || b.FractionLost != 0 {
		t.Errorf("%+v", b)
	}
}

// A stream that begins anew after its numbers have wrapped has lost nothing.
func TestReportOfAStreamThatBeganAnew(t *testing.T) {
	c, peers := bareCircle(t, 1, func() rtpWriter { return discard{} })
	p, s := peers[0], &bareStream{line: lineMic, ssrc: 1}
	tap, now := &rtpTap{peer: p, ssrc: 1}, c.sfu.now()
	play := func(packets int) {
		for range packets {
			feed(p, tap, now, s.packet(false))
			now += 20 * ms
		}
	}
	report := func(what string) {
		t.Helper()
		b := p.receiverReport(now)[0].(*rtcp.ReceiverReport).Reports[0]
		if b.FractionLost != 0 || b.TotalLost != 0 {
			t.Errorf("%s: %d/256 lost, %d in all", what, b.FractionLost, b.TotalLost)
		}
		if b.LastSequenceNumber&0xffff != (s.seq-1)&0xffff {
			t.Errorf("%s: the highest is %#x", what, b.LastSequenceNumber)
		}
	}
	play(1 << 16)
	report("before the wrap")
	play(300)
	report("after it")
	for _, jump := range []uint32{1000, 1 << 14, 1<<16 - 20_000} {
		s.seq += jump
		play(100)
		report(fmt.Sprintf("%d numbers on", jump))
		play(100)
		report(fmt.Sprintf("%d numbers on, and further", jump))
	}
	if n := peers[0].up[lineMic].layers[0].streams(); n != 4 {
		t.Errorf("%d streams", n)
	}
}

func TestNTP(t *testing.T) {
	at := time.Date(2030, 2, 3, 4, 5, 6, 700e6, time.UTC).UnixNano()
	if d := ntpNanos(ntpTime(at)) - at; d < -2 || d > 2 {
		t.Errorf("%d ns off", d)
	}
	var c wallClock
	c.observe(1000, 5000)
	c.observe(2000, 9000) // a slow packet
	if got := c.local(0); got < 4000 || got > 4100 {
		t.Errorf("offset %d", got)
	}
	c.observe(3000, 6000)
	if got := c.local(0); got != 3000 {
		t.Errorf("offset %d", got)
	}
}

func TestStackLogSaysNothing(t *testing.T) {
	var out bytes.Buffer
	var stats counters
	l := newStackLog(slog.New(slog.NewTextHandler(&out, nil)), &stats).NewLogger("ice")
	secret := "candidate 10.1.2.3"
	l.Warn(secret)
	l.Infof("%s", secret)
	l.Errorf("failed: %v", errors.New(secret))
	l.Error(secret)
	l.Errorf(tapped+"(%d)", 1)
	if strings.Contains(out.String(), "10.1.2.3") || strings.Count(out.String(), "\n") != 1 {
		t.Errorf("logged %q", out.String())
	}
	if n := stats.stackErrors.Load(); n != 2 {
		t.Errorf("%d errors", n)
	}
}

func TestSenderReportsFollowTheStream(t *testing.T) {
	c, p, audio, _ := watchBare(t)
	s, tap := &bareStream{line: lineMic, ssrc: 1, stamp: 70000}, &rtpTap{peer: p, ssrc: 1}
	now := c.sfu.now()
	feed(p, tap, now, s.packet(false))
	track := c.members()[1].seats[0].audio
	if _, ok := track.report(now); ok {
		t.Error("a report without the publisher's")
	}
	p.up[lineMic].layers[0].sync(1, ntpTime(c.sfu.wall(now)), 70000, now)
	p.clock.observe(c.sfu.wall(now), c.sfu.wall(now))
	r, ok := track.report(now + 500*ms)
	if !ok {
		t.Fatal("no report")
	}
	want := audio.sent[0].Timestamp + 24000
	if d := int32(r.RTPTime - want); d < -2 || d > 2 || r.PacketCount != 1 {
		t.Errorf("%+v, want timestamp %d", r, want)
	}
	c.allow(p, Grant{Seat: 0, Receive: true})
	if _, ok := track.report(now); ok {
		t.Error("a report of a muted stream")
	}
}

func TestPacketParsing(t *testing.T) {
	good := (&bareStream{line: lineCamera, ssrc: 9, rid: ridLow}).packet(true)
	var p packet
	if !parsePacket(good, &p) || p.ssrc != 9 || string(p.extension(1)) != "1" || string(p.extension(4)) != "l" || p.extension(7) != nil {
		t.Errorf("%+v", p)
	}
	padded := append(append([]byte(nil), good...), 0, 0, 3)
	padded[0] |= 0x20
	if !parsePacket(padded, &p) || len(padded)-p.offset-len(p.payload) != 3 {
		t.Error("padding")
	}
	for n := range 20 {
		if parsePacket(good[:n], &p) {
			t.Errorf("%d bytes are a packet", n)
		}
	}
	padded[len(padded)-1] = 255
	if parsePacket(padded, &p) {
		t.Error("more padding than packet")
	}
}

func TestEveryReasonHasAName(t *testing.T) {
	seen := map[string]bool{}
	for r := range Reasons + 1 {
		if seen[r.String()] {
			t.Errorf("%q twice", r)
		}
		seen[r.String()] = true
	}
	if DropFlood.String() != "flood" || Reason(200).String() != "?" {
		t.Error("names and reasons are out of step")
	}
}

func TestFirefoxOffersAreUnderstood(t *testing.T) {
	// What Firefox does otherwise: bundled lines have port 0, receiving lines
	// name SSRCs, and lines differ in the extensions they offer.
	good := goodOffer(t, 1)
	firefox := good
	for i := 3; i >= 0; i-- {
		firefox = replaced(firefox, "m=video 9 ", "m=video 0 ", 0)
	}
	firefox = strings.ReplaceAll(firefox, "a=mid:", "a=bundle-only\r\na=mid:")
	firefox = replaced(firefox, "a=recvonly", "a=recvonly\r\na=ssrc:5 cname:x", -1)
	last := strings.LastIndex(firefox, "m=video")
	var kept []string
	for line := range strings.Lines(firefox[last:]) {
		if !strings.Contains(line, uriSendTime) && !strings.Contains(line, uriRID) {
			kept = append(kept, line)
		}
	}
	o, err := parseOffer(firefox[:last]+strings.Join(kept, ""), 1)
	if err != nil {
		t.Fatal(err)
	}
	if e := o.offered[4]; e.sendTime != 0 || e.rid != 0 || e.mid == 0 {
		t.Errorf("%+v", e)
	}
	answer := "v=0\r\n" + strings.Repeat("m=x\r\na=extmap:2 "+uriSendTime+"\r\na=candidate:7\r\n", 5)
	if got := o.finish(answer, "a=candidate:ours\r\n"); strings.Count(got, "extmap") != 4 ||
		strings.Count(got, "candidate") != 1 || !strings.Contains(got, "a=candidate:ours\r\nm=x") {
		t.Errorf("%q", got)
	}
}
