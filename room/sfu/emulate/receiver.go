package emulate

import "math/rand/v2"

// Feedback is one RTCP packet of a receiver. Any part may be empty.
type Feedback struct {
	REMB    int64    // bits a second, 0 for none
	SSRCs   []uint32 // that the REMB is about
	Reports []Report
	NACKs   []NACK
	PLIs    []uint32
}

// NACK asks for packets of one stream.
type NACK struct {
	SSRC uint32
	Seqs []uint16
}

// Receiver is a browser's receiving side. Make streams known with Voice and
// Video before their first packet. Owned by the World's goroutine.
type Receiver struct {
	world     *World
	random    *rand.Rand
	send      func(*Feedback)
	estimator *estimator
	streams   []*stream // in the order they were made known
	wait      int64     // between NACKs
}

// stream is one SSRC.
type stream struct {
	ssrc     uint32
	video    bool
	counters counters
	missing  missing
	ear      ear
	screen   *screen
}

const (
	reportVideo  = Second
	reportVoice  = 5 * Second
	reportFor    = 8 * Second // after the last packet
	receiverTick = 20 * Millisecond
)

// Receiver makes one. send gets what it wants to be sent back.
func (w *World) Receiver(seed uint64, send func(*Feedback)) *Receiver {
	r := &Receiver{
		world: w, random: rand.New(rand.NewPCG(seed, 0x72656376)), send: send,
		estimator: newEstimator(), wait: defaultWait,
	}
	w.Every(receiverTick, r.tick)
	return r
}

// RTT sets the round trip that the browser knows of, for its NACKs and rate control.
func (r *Receiver) RTT(rtt int64) { r.wait, r.estimator.aimd.rtt = rtt, rtt }

// Voice makes a stream of sound known.
func (r *Receiver) Voice(ssrc uint32) { r.add(&stream{ssrc: ssrc}) }

// Video makes a stream of pictures known.
func (r *Receiver) Video(ssrc uint32) {
	r.add(&stream{ssrc: ssrc, video: true, screen: newScreen(r.world.now)})
}

func (r *Receiver) add(s *stream) {
	s.counters.next = r.world.now + r.around(s.every())
	r.streams = append(r.streams, s)
}

func (s *stream) every() int64 {
	if s.video {
		return reportVideo
	}
	return reportVoice
}

// around is between a half and one and a half of d.
func (r *Receiver) around(d int64) int64 { return d/2 + r.random.Int64N(d+1) }

func (r *Receiver) stream(ssrc uint32) *stream {
	for _, s := range r.streams {
		if s.ssrc == ssrc {
			return s
		}
	}
	return nil
}

// Receive takes a packet that arrived. One of an unknown stream counts for
// nothing.
func (r *Receiver) Receive(p *Packet) {
	s, now := r.stream(p.SSRC), r.world.now
	if s == nil {
		return
	}
	if s.video {
		if remb := r.estimator.add(p.Payload, p.SendTime, now); remb > 0 {
			r.send(&Feedback{REMB: remb, SSRCs: r.videos(now)})
		}
	}
	if p.Padding {
		return
	}
	if !p.Repair {
		s.counters.add(p.Seq, now)
	}
	if !s.video {
		s.ear.add(p, now)
		return
	}
	r.watch(s, p, now)
}

func (r *Receiver) watch(s *stream, p *Packet, now int64) {
	if s.missing.add(p.Seq) {
		s.screen.needKey = true
	}
	if from, ok := s.screen.add(p, now); ok {
		s.missing.passed(from)
	}
	// Browsers ask for what is missing at once.
	if seqs := s.missing.due(r.wait, now); len(seqs) > 0 && !s.screen.paused {
		r.send(&Feedback{NACKs: []NACK{{s.ssrc, seqs}}})
	}
}

// videos are the streams that had packets during the last two seconds.
func (r *Receiver) videos(now int64) (ssrcs []uint32) {
	for _, s := range r.streams {
		if s.video && s.counters.lastPacket != 0 && now-s.counters.lastPacket < 2*Second {
			ssrcs = append(ssrcs, s.ssrc)
		}
	}
	return ssrcs
}

// SenderReport takes the NTP time of a stream's sender report.
func (r *Receiver) SenderReport(ssrc uint32, ntp uint64) {
	if s := r.stream(ssrc); s != nil {
		s.counters.lastSR, s.counters.lastSRAt = uint32(ntp>>16), r.world.now
	}
}

// Paused tells a seat's screen that no picture is meant to come, or is again.
func (r *Receiver) Paused(ssrc uint32, on bool) {
	if s := r.stream(ssrc); s != nil && s.video {
		s.screen.pause(on, r.world.now)
		if on {
			s.missing = missing{}
		}
	}
}

func (r *Receiver) tick() {
	now := r.world.now
	for _, s := range r.streams {
		var f Feedback
		r.due(s, &f, now)
		if s.video && !s.screen.paused {
			if seqs := s.missing.due(r.wait, now); len(seqs) > 0 {
				f.NACKs = append(f.NACKs, NACK{s.ssrc, seqs})
			}
			if s.screen.asks(now) {
				f.PLIs = append(f.PLIs, s.ssrc)
			}
		}
		if len(f.Reports)+len(f.NACKs)+len(f.PLIs) > 0 {
			r.send(&f)
		}
	}
}

// due adds a stream's report when it is time.
func (r *Receiver) due(s *stream, f *Feedback, now int64) {
	c := &s.counters
	if now < c.next {
		return
	}
	c.next = now + r.around(s.every())
	if c.started && now-c.lastPacket < reportFor {
		f.Reports = append(f.Reports, c.report(s.ssrc, now))
	}
}

// Sound is how a voice arrived so far.
func (r *Receiver) Sound(ssrc uint32) Sound { return r.stream(ssrc).ear.result }

// Picture is how a seat's video was shown so far.
func (r *Receiver) Picture(ssrc uint32) Picture { return r.stream(ssrc).screen.result }

// Estimate is the receive-side estimate, bits a second of picture payload; 0
// before there is one.
func (r *Receiver) Estimate() int64 {
	if !r.estimator.aimd.valid {
		return 0
	}
	return int64(r.estimator.aimd.bits)
}
