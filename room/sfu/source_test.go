package sfu

import (
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"hearth/room/sfu/sfutest"
)

// A participant that checks from port after port is answered for a while, and
// anew after an ICE restart.
func TestSourcesOfAParticipantAreBounded(t *testing.T) {
	s := openTest(t)
	p, peer, answer := negotiated(t, s.Circle(2), sfutest.Config{}, nil)
	k := checksOf(t, p.Offer(), answer)
	for i := range maxSources {
		if !answered(k.from(t, s), patience) {
			t.Fatalf("check from address %d is not answered", i+1)
		}
	}
	if answered(k.from(t, s), 200*time.Millisecond) {
		t.Error("one address too many is answered")
	}
	if n := s.Stats().Dropped[DropSource]; n != 1 {
		t.Errorf("%d sources counted as dropped", n)
	}
	if err := p.Answer(answer); err != nil {
		t.Fatal(err)
	}
	offer, err := p.Restart()
	if err != nil {
		t.Fatal(err)
	}
	if answer, err = peer.Restart(t.Context(), offer); err != nil {
		t.Fatal(err)
	}
	if !answered(checksOf(t, offer, answer).from(t, s), patience) {
		t.Error("no address left after an ICE restart")
	}
}

// A participant can point its stream at somebody who never asked for it: lite
// ICE believes a nomination without a check of its own. Nobody there answers, so
// the path counts as lost, and then nothing more is sent.
func TestNothingIsSentOnALostPath(t *testing.T) {
	var got []*recorder
	_, peers := bareCircle(t, 2, func() rtpWriter {
		got = append(got, newRecorder(t))
		return got[len(got)-1]
	})
	from, to := peers[0], peers[1]
	mic := &bareStream{line: lineMic, ssrc: 7}
	tap := &rtpTap{peer: from, ssrc: 7}
	sent := func() (n int) {
		for _, r := range got {
			n += len(r.sent)
		}
		return n
	}
	for i, step := range []struct {
		state webrtc.PeerConnectionState
		more  int
	}{
		{webrtc.PeerConnectionStateConnected, 1}, {webrtc.PeerConnectionStateDisconnected, 0},
		{webrtc.PeerConnectionStateConnected, 1}, {webrtc.PeerConnectionStateFailed, 0},
	} {
		before := sent()
		to.became(step.state)
		feed(from, tap, int64(i+1), mic.packet(false))
		if n := sent() - before; n != step.more {
			t.Errorf("%v: %d packets, want %d", step.state, n, step.more)
		}
	}
}
