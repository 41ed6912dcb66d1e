package sfu

import (
	"encoding/binary"
	"testing"

	"github.com/pion/rtcp"
)

// bareCameras lets everybody's cameras run, in both layers, and a circle tick,
// for so long.
type bareCameras struct {
	c       *Circle
	peers   []*Peer
	streams [][2]*bareStream
	taps    [][2]*rtpTap
	now     int64
	high    []bool // sends the high layer
	pay     int    // bytes of payload a packet
	remb    map[int]int64
}

func newBareCameras(t testing.TB, n int) *bareCameras {
	c, peers := bareCircle(t, n, func() rtpWriter { return discard{} })
	b := &bareCameras{c: c, peers: peers, now: c.sfu.now(), high: make([]bool, n), pay: 500, remb: map[int]int64{}}
	for i, p := range peers {
		low := &bareStream{line: lineCamera, ssrc: uint32(10*i + 1), rid: ridLow}
		high := &bareStream{line: lineCamera, ssrc: uint32(10*i + 2), rid: ridHigh}
		b.streams = append(b.streams, [2]*bareStream{low, high})
		b.taps = append(b.taps, [2]*rtpTap{{peer: p, ssrc: low.ssrc}, {peer: p, ssrc: high.ssrc}})
		b.high[i], b.remb[i] = true, 8_000_000
	}
	return b
}

// run lets frames pass, 25 a second, each answered like a browser would.
func (b *bareCameras) run(frames int) {
	for n := range frames {
		for i, p := range b.peers {
			for layer, s := range b.streams[i] {
				if layer == 1 && !b.high[i] {
					continue
				}
				l := p.up[lineCamera].layers[layer]
				l.mu.Lock()
				key := l.keyframe.wanted
				l.mu.Unlock()
				feed(p, b.taps[i][layer], b.now, append(s.packet(key), make([]byte, b.pay)...))
			}
			if n%6 == 0 && b.remb[i] > 0 {
				p.control(&rtcpTap{peer: p, ssrc: 2000, track: p.seats[0].video}, remb(b.remb[i], 2000), b.now)
			}
		}
		b.c.tick(b.now)
		b.c.tick(b.now + 20*ms)
		b.now += 40 * ms
	}
}

// remb is the message.
func remb(bits int64, ssrc uint32) []byte {
	m := rtcp.ReceiverEstimatedMaximumBitrate{SenderSSRC: 1, Bitrate: float32(bits), SSRCs: []uint32{ssrc}}
	b, err := m.Marshal()
	if err != nil {
		panic(err)
	}
	return b
}

func (b *bareCameras) shows(viewer, seat int) string {
	if l := b.peers[viewer].seats[seat].video.target.Load(); l != nil {
		return l.rid
	}
	return ""
}

func TestATileThatIsLargeGetsTheHighLayer(t *testing.T) {
	b := newBareCameras(t, 3)
	b.run(150)
	if got := b.shows(0, 1); got != ridLow {
		t.Errorf("a small tile shows %q", got)
	}
	if b.peers[1].Media().High {
		t.Error("a high layer is wanted that nobody looks at")
	}
	told := 0
	b.peers[1].changed = func() { told++ }
	b.peers[0].Watch(Wish{Large: []int{1}})
	b.run(600)
	if got := b.shows(0, 1); got != ridHigh || b.shows(2, 1) != ridLow {
		t.Errorf("large %q, small %q", got, b.shows(2, 1))
	}
	if !b.peers[1].Media().High || told == 0 {
		t.Error("the publisher was not told")
	}
	b.high[1] = false // it cannot any more
	b.run(60)
	if got := b.shows(0, 1); got != ridLow {
		t.Errorf("the dead layer is still wanted: %q", got)
	}
}

// A layer that its publisher's encoder has dropped is not asked for keyframes
// without end; when it is there again, whoever is to be shown it gets it.
func TestADeadLayerIsLeftInPeace(t *testing.T) {
	b := newBareCameras(t, 2)
	b.peers[0].Watch(Wish{Large: []int{1}})
	b.run(600)
	track, high := b.peers[0].seats[1].video, b.peers[1].up[lineCamera].layer(ridHigh)
	if !track.shows(high) {
		t.Fatal("the high layer does not show")
	}
	b.high[1] = false
	track.askKeyframe(b.now)
	b.run(60)
	before := b.c.sfu.Stats().KeyframeRequests
	b.run(500)
	if n := b.c.sfu.Stats().KeyframeRequests - before; n != 0 {
		t.Errorf("%d requests to a layer that is dead", n)
	}
	b.high[1] = true
	b.run(600)
	if !track.shows(high) {
		t.Error("it is there again and not shown")
	}
}

// A picture that stands still, of a slide say, is asked for a keyframe once each time that
// somebody needs one; and who waits when it begins anew gets one.
func TestAStillPictureIsAskedOnce(t *testing.T) {
	b := newBareCameras(t, 2)
	b.high[1] = false
	b.run(100)
	track, low := b.peers[0].seats[1].video, b.peers[1].up[lineCamera].layer(ridLow)
	requests := func(ticks int) uint64 {
		before := b.c.sfu.Stats().KeyframeRequests
		for range ticks {
			b.now += int64(tickEvery)
			b.c.tick(b.now)
		}
		return b.c.sfu.Stats().KeyframeRequests - before
	}
	requests(2 * 50)
	for range 2 {
		track.askKeyframe(b.now)
		if n := requests(5 * 50); n != 1 {
			t.Errorf("asked %d times", n)
		}
	}
	b.streams[1][0].seq += 1000
	if b.run(5); !track.shows(low) {
		t.Error("it has begun anew and is not shown")
	}
}

func TestAWeakPathPausesPicturesAndSaysWhy(t *testing.T) {
	b := newBareCameras(t, 8)
	clear(b.high) // nobody looks at those
	b.remb[0] = 150_000
	b.run(250)
	m := b.peers[0].Media()
	if len(m.Paused) == 0 || len(m.Paused) == 7 {
		t.Fatalf("%d pictures are paused", len(m.Paused))
	}
	for _, p := range m.Paused {
		if p.Why != WhyWeak || b.shows(0, p.Seat) != "" {
			t.Errorf("%+v shows %q", p, b.shows(0, p.Seat))
		}
	}
	if n := len(b.peers[1].Media().Paused); n != 0 {
		t.Errorf("%d are paused for another", n)
	}
	b.remb[0] = 8_000_000
	for range 60 { // a minute at most
		if b.run(25); len(b.peers[0].Media().Paused) == 0 {
			return
		}
	}
	t.Errorf("%d still paused on a good path", len(b.peers[0].Media().Paused))
}

// Somebody comes into a full circle where all talk, over a path whose handshake
// was quick: everybody is seen from the first frame on, and stays to be seen when
// the first REMBs come, although no round trip is known.
func TestAQuickPathShowsEverybodyAtOnce(t *testing.T) {
	const people = 17
	b := newBareCameras(t, people)
	b.pay = 400 // 80 kbit/s a layer
	clear(b.high)
	var mics []*bareStream
	var taps []*rtpTap
	for i, p := range b.peers {
		mics = append(mics, &bareStream{line: lineMic, ssrc: uint32(10*i + 3)})
		taps = append(taps, &rtpTap{peer: p, ssrc: mics[i].ssrc})
		g := full(i)
		g.Receive = false // what the others see is not looked at
		b.c.allow(p, g)
	}
	play := func(frames int) {
		for range frames {
			for i, p := range b.peers {
				for range 2 {
					feed(p, taps[i], b.now, append(mics[i].packet(false), make([]byte, 60)...))
				}
			}
			b.run(1)
		}
	}
	viewer, g := b.peers[people-1], full(people-1)
	viewer.handshake.Store(5 * ms)
	g.Receive = false
	b.c.allow(viewer, g)
	play(50)
	g.Receive = true
	b.c.allow(viewer, g)
	for n := range 100 {
		play(1)
		for seat := range people - 1 {
			if b.shows(people-1, seat) == "" || n > 0 && viewer.seats[seat].video.playing.Load() == nil {
				t.Fatalf("frame %d: seat %d is not shown; told %+v", n, seat, viewer.Media().Paused)
			}
		}
	}
}

func TestTheSaverLeavesOnePicture(t *testing.T) {
	b := newBareCameras(t, 5)
	b.run(100)
	b.peers[0].Watch(Wish{Saver: true, Pinned: []int{3}})
	b.run(10)
	m := b.peers[0].Media()
	if len(m.Paused) != 3 || b.shows(0, 3) != ridLow {
		t.Errorf("%+v, the pinned one shows %q", m.Paused, b.shows(0, 3))
	}
	for _, p := range m.Paused {
		if p.Why != WhySaver {
			t.Errorf("%+v", p)
		}
	}
	b.peers[0].Watch(Wish{})
	b.run(400)
	if n := len(b.peers[0].Media().Paused); n != 0 {
		t.Errorf("%d still paused", n)
	}
}

// Who went to another room hears and sees those there, and they alone.
func TestRoomsAreApart(t *testing.T) {
	b := newBareCameras(t, 4)
	mics := make([]*bareStream, 4)
	for i := range mics {
		mics[i] = &bareStream{line: lineMic, ssrc: uint32(900 + i)}
	}
	// heard are the seats whose sound a viewer gets in the next packets.
	heard := func(viewer int) (seats []int) {
		v := b.peers[viewer]
		var recs []*recorder
		for seat := range b.peers {
			r := newRecorder(t)
			recs = append(recs, r)
			v.seats[seat].audio.writer, v.seats[seat].video.writer = r, r
		}
		for i, p := range b.peers {
			feed(p, &rtpTap{peer: p, ssrc: mics[i].ssrc}, b.now, mics[i].packet(false))
		}
		b.run(20)
		for seat, r := range recs {
			kinds := map[uint32]bool{}
			for _, p := range r.sent {
				kinds[p.SSRC/1000] = true
			}
			if kinds[1] != (kinds[2] || kinds[3]) {
				t.Errorf("viewer %d gets half of seat %d: %v", viewer, seat, kinds)
			}
			if len(kinds) > 0 {
				seats = append(seats, seat)
			}
		}
		return seats
	}
	b.run(20)
	if got := heard(0); len(got) != 3 {
		t.Fatalf("all in one room: %v", got)
	}
	for _, i := range []int{0, 2} {
		g := full(i)
		g.Room = 1
		b.c.allow(b.peers[i], g)
	}
	for viewer, want := range []int{2, 3, 0, 1} {
		if got := heard(viewer); len(got) != 1 || got[0] != want {
			t.Errorf("viewer %d gets %v, not %d", viewer, got, want)
		}
	}
	for i := range b.peers {
		b.c.allow(b.peers[i], full(i))
	}
	if got := heard(1); len(got) != 3 {
		t.Errorf("together again: %v", got)
	}
}

// Whose seat another takes stays in its room until it is told more: in between it
// hears nobody whom it did not hear before.
func TestWhoIsDisplacedStaysInTheRoom(t *testing.T) {
	c, peers := bareCircle(t, 3, func() rtpWriter { return discard{} })
	side := full(0)
	side.Room, side.Lead = 1, true
	c.allow(peers[0], side)
	r := newRecorder(t)
	peers[0].seats[2].audio.writer = r
	mic := &bareStream{line: lineMic, ssrc: 7}
	say := func() { feed(peers[2], &rtpTap{peer: peers[2], ssrc: 7}, c.sfu.now(), mic.packet(false)) }
	say()
	c.allow(peers[1], full(0))
	say()
	if len(r.sent) != 0 {
		t.Errorf("%d packets of another room", len(r.sent))
	}
	if g := peers[0].permit.Load().Grant; g != (Grant{Seat: -1, Receive: true, Lead: true, Room: 1}) {
		t.Errorf("left with %+v", g)
	}
}

func TestWhatReportsSay(t *testing.T) {
	b := newBareCameras(t, 2)
	p := b.peers[0]
	b.run(5)
	now := b.now
	if got := p.trip(uint32(ntpTime(p.circle.sfu.wall(now-80*ms))>>16), 65536/20, now); got < 29*ms || got > 31*ms {
		t.Errorf("a trip of 80 ms less 50 of delay: %d ms", got/ms)
	}
	if got := p.trip(1, 1, now); got != 0 {
		t.Errorf("a lie: %d", got)
	}
	// Blocks for two streams, in one message: each tap takes its own.
	m := rtcp.ReceiverReport{SSRC: 5, Reports: []rtcp.ReceptionReport{
		{SSRC: 1001, LastSequenceNumber: 100}, {SSRC: 2001, LastSequenceNumber: 200},
	}}
	raw, err := m.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	for _, track := range []*downtrack{p.seats[1].audio, p.seats[1].video} {
		p.control(&rtcpTap{peer: p, ssrc: track.ssrc.Load(), track: track}, raw, now)
	}
	m.Reports[0].TotalLost, m.Reports[0].LastSequenceNumber = 50, 150
	if raw, err = m.Marshal(); err != nil {
		t.Fatal(err)
	}
	p.control(&rtcpTap{peer: p, ssrc: 1001, track: p.seats[1].audio}, raw, now)
	lost, expected := p.seats[1].audio.heard.Since(160, 55)
	if lost != 5 || expected != 10 {
		t.Errorf("%d lost of %d after the block", lost, expected)
	}
	if lost, expected = p.seats[1].video.heard.Since(210, 1); lost != 1 || expected != 10 {
		t.Errorf("%d lost of %d after the other block", lost, expected)
	}
}

func TestAShortOrForeignREMBIsNothing(t *testing.T) {
	b := newBareCameras(t, 2)
	p := b.peers[0]
	good := remb(77_000, 2001)
	tap := &rtcpTap{peer: p, ssrc: 2001, track: p.seats[1].video}
	for n := range good {
		p.control(tap, good[:n], b.now)
	}
	p.control(&rtcpTap{peer: p, ssrc: 2000, track: p.seats[0].video}, good, b.now)
	huge := append([]byte{}, good...)
	huge[17] = 0xff
	p.control(tap, huge, b.now)
	if got := p.down.path.Pictures(b.now); got < 500_000 {
		t.Errorf("believed: %d", got)
	}
	binary.BigEndian.PutUint32(huge[8:], 7) // the media SSRC means nothing
	p.control(tap, good, b.now)
	if got := p.down.path.Pictures(b.now); got > 100_000 {
		t.Errorf("not believed: %d", got)
	}
}
