package sfu

import (
	"bytes"
	"testing"
	"time"

	"hearth/room/sfu/red"

	"github.com/pion/rtcp"
)

func TestRedundancyFollowsTheLoss(t *testing.T) {
	var r redundancy
	now := int64(time.Minute)
	carries := true
	say := func(percent, seconds int, want bool) {
		t.Helper()
		for range seconds {
			now += int64(time.Second)
			r.report(uint32(percent), 100, carries, now)
		}
		if r.on != want {
			t.Errorf("after %d s of %d %%: %v", seconds, percent, r.on)
		}
	}
	say(2, 10, false)
	say(5, 4, true)
	say(2, 60, true)
	say(0, 8, true)
	say(0, 10, false)
	carries = false // it loses because it is full
	say(30, 10, false)
	carries = true
	say(30, 4, true)
	carries = false
	say(30, 1, false)
	var few redundancy
	few.report(30, 30, true, now)
	if few.on {
		t.Error("judged by a handful of packets")
	}
}

// A listener that loses sound gets each packet with the two before it, and
// none from before it came.
func TestALossyListenerHearsEverythingTwiceMore(t *testing.T) {
	c, p, audio, _ := watchBare(t)
	watcher := c.members()[1]
	watcher.offer.codecs.red = 63
	s, tap := &bareStream{line: lineMic, ssrc: 1, seq: 65534}, &rtpTap{peer: p, ssrc: 1}
	now := c.sfu.now()
	for range 3 {
		feed(p, tap, now, s.packet(false))
	}
	report := rtcp.ReceiverReport{SSRC: 5, Reports: []rtcp.ReceptionReport{{SSRC: 1000, LastSequenceNumber: 1000}}}
	for range 4 {
		now += int64(time.Second)
		raw, err := report.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		watcher.control(&rtcpTap{peer: watcher, ssrc: 1000, track: watcher.seats[0].audio}, raw, now)
		report.Reports[0].LastSequenceNumber += 100
		report.Reports[0].TotalLost += 10
	}
	c.allow(watcher, Grant{Seat: 1})
	c.allow(watcher, full(1)) // comes again
	from := len(audio.sent)
	var payloads [][]byte
	for range 6 {
		raw := s.packet(false)
		payloads = append(payloads, raw[len(raw)-8:])
		feed(p, tap, now, raw)
	}
	for i, sent := range audio.sent[from:] {
		want := payloads[max(0, i-2) : i+1]
		if i < 2 {
			want = payloads[i : i+1]
		}
		if len(want) == 1 {
			if sent.PayloadType != 111 || !bytes.Equal(sent.payload, want[0]) {
				t.Errorf("packet %d: type %d", i, sent.PayloadType)
			}
			continue
		}
		blocks, err := red.Parse(sent.payload, sent.Timestamp, nil)
		if err != nil || sent.PayloadType != 63 || len(blocks) != len(want) {
			t.Fatalf("packet %d: type %d, %d blocks, %v", i, sent.PayloadType, len(blocks), err)
		}
		for j, b := range blocks {
			if !bytes.Equal(b.Data, want[j]) || b.PayloadType != 111 {
				t.Errorf("packet %d, block %d: type %d, %v", i, j, b.PayloadType, b.Data)
			}
		}
	}
	if others := c.members()[2]; others.down.redundancy.on {
		t.Error("another listener pays for it")
	}
}
