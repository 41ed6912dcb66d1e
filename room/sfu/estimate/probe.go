package estimate

const (
	probeTime = 600 * ms
	// probeBegins is how long padding goes out until a REMB can tell of it.
	probeBegins = 250 * ms
	// probeEcho is how long after a probe its effect may show, beyond the
	// round trip: browsers send REMB every 200 ms and reports every second.
	probeEcho = 700 * ms
	// A probe that failed is followed by a pause that doubles. A failed one costs a
	// tenth of a second of queue; a long pause costs that much time when the path is
	// better again, for near what it once held REMB grows by a few kbit/s a second.
	pauseLeast = 3 * second
	pauseMost  = 7 * second
	// proofTime is how long a probe's rate counts although REMB is lower. REMB
	// grows by 8 % a second, so it needs nine seconds to double.
	proofTime = 12 * second
	// probeCalm lets the queue that a failed probe has left run empty.
	probeCalm = second
	// rembCap is below what a receiver caps REMB at, percent of what arrives.
	rembCap = 140
	// probeReach is how far above what is sent a probe goes at most, thousandths.
	probeReach = 1500
	probeLeap  = 2000    // the same after a probe that went well
	probeStep  = 100_000 // and by this many bits a second
	// probeMore is what a probe tries beyond what is wanted, thousandths: the
	// rates of pictures are not steady.
	probeMore = 1050
	// probeLoss is how much more may be lost in a probe than before, thousandths.
	probeLoss = 80
	// probeBlocks is how many report blocks without a queue outweigh a REMB that
	// did not rise: a receiver short of processor time sees delay where there is
	// none.
	probeBlocks = 4
)

// probe tells by more packets whether the path carries more.
//
//	idle --Probe--> padding (600 ms) --> listening (700 ms + round trip) --> idle: proved, or a longer pause
type probe struct {
	on     bool
	begun  int64
	ends   int64 // of the padding
	listen int64 // until when
	target int64 // bits of picture payload a second
	sent   int64 // bits of picture payload since it began
	base   int64 // what was carried before, on the wire
	calm   int64 // until when a falling REMB is the probe's doing
	share  int64 // loss before
	last   int64 // the latest REMB
	rembs  int   // since the padding began to arrive
	blocks int   // receiver reports since then
	stuck  bool  // a REMB did not rise

	streak bool  // the last one went well
	pause  int64 // after the next failure
	next   int64 // when the next may begin
	proved int64 // bits on the wire
	until  int64 // how long proved counts
}

func newProbe(now int64) probe { return probe{pause: pauseLeast, next: now + second} }

// Probe begins a probe towards want, the bits of picture payload a second that
// the next step needs (head-room included). It refuses while one runs or failed of
// late, while the path is silent, loses or queues, and where the estimate covers it.
func (d *Downlink) Probe(want, now int64) bool {
	p := &d.probe
	want = min(want, Max)
	share, _ := d.loss.share(now)
	if p.on || now < p.next || d.quiet(now) || now < d.loss.deaf || d.loss.trial.on ||
		d.delay.grown() || want <= d.Pictures(now) || d.loss.excess(share) > muchLoss {
		return false
	}
	reach := int64(probeReach)
	if p.streak {
		reach = probeLeap
	}
	reach = max(d.video.bits(now), d.Pictures(now))*reach/1000 + probeStep
	*p = probe{
		on: true, begun: now, ends: now + probeTime, target: min(want*probeMore/1000, reach, Max),
		listen: now + probeTime + probeEcho + d.delay.mean,
		base:   min(d.Bits(now), d.used.max()), last: d.remb.bits, share: share,
		pause: p.pause, next: p.next, proved: p.proved, until: p.until,
	}
	return true
}

// Probing says that a probe runs.
func (d *Downlink) Probing() bool { return d.probe.on }

// pad is how many bytes are missing until now.
func (p *probe) pad(now int64) int {
	if !p.on || now >= p.ends {
		return 0
	}
	due := p.target*(now-p.begun)/second - p.sent
	most := p.target * 40 * ms / second // no burst after a late tick
	return int(max(0, min(due, most)) / 8)
}

// remb notes what the receiver says while padding arrives. A receiver that sees
// no queue raises its estimate with every REMB; one that sees one holds it or
// lowers it. It also holds it where it is capped at 1.5 times what arrives.
func (p *probe) remb(bits, sent, rtt, now int64) {
	if !p.on {
		return
	}
	if now-rtt > p.begun+probeBegins && now-rtt < p.ends+probeBegins {
		p.rembs++
		p.stuck = p.stuck || bits <= p.last && bits < min(p.target, sent*rembCap/100)
	}
	p.stuck = p.stuck || bits*100 < p.last*97
	p.last = bits
}

// report notes a receiver report. In the first seconds there is no REMB, and
// some receivers send none: then loss and round trip decide.
func (p *probe) report(rtt, now int64) {
	if p.on && now-rtt > p.begun+probeTime/2 {
		p.blocks++
	}
}

// safe is what a REMB that falls because of the probe does not undo: what was
// carried before it began.
func (p *probe) safe(now int64) int64 {
	if p.on || now < p.calm {
		return p.base
	}
	return 0
}

// proof is what probes have proved and still counts, on the wire.
func (p *probe) proof(now int64) int64 {
	if now < p.until {
		return p.proved
	}
	return 0
}

// holds says that a proof stands above REMB.
func (p *probe) holds(now int64) bool { return now < p.until }

// renew forgets failures: the path has become another one.
func (p *probe) renew(now int64) {
	p.pause = pauseLeast
	p.next = min(p.next, now+pauseLeast)
}

// void ends a probe and what earlier ones proved.
func (p *probe) void(now int64) {
	p.until, p.calm = now, now
	if p.on {
		p.fail(now)
	}
}

// fail ends a probe.
func (p *probe) fail(now int64) {
	p.on, p.streak = false, false
	p.next = now + p.pause
	p.pause = min(2*p.pause, pauseMost)
}

// refuse ends a probe that did harm. What the path carried before, it still
// does: REMB, which has just been lowered to less, may take its time.
func (p *probe) refuse(now int64) {
	p.fail(now)
	p.calm = now + probeCalm
	p.proved, p.until = p.base, now+proofTime
}

// judgeProbe ends a probe that has shown its effect.
func (d *Downlink) judgeProbe(now int64) {
	p := &d.probe
	if !p.on {
		return
	}
	share, _ := d.loss.share(now)
	harm := d.delay.grown() || share > p.share+probeLoss || p.stuck && !d.delay.still()
	if !harm && now < p.listen {
		return
	}
	harm = harm || p.stuck && p.blocks < probeBlocks
	if harm || p.rembs == 0 && (d.remb.at != 0 || p.blocks == 0) {
		p.refuse(now)
		return
	}
	d.prove(share, now)
}

// prove raises the estimate to what the probe sent.
func (d *Downlink) prove(share, now int64) {
	p := &d.probe
	p.on, p.streak, p.pause, p.next = false, true, pauseLeast, now+second
	p.proved, p.until = d.wire(p.target, now), now+proofTime
	d.path, d.known = max(d.path, p.proved), true
	d.loss.bound = max(d.loss.bound, d.path)
	if share > littleLoss { // as much was lost before, at a lower rate
		d.loss.noise = max(d.loss.noise, min(share, p.share, mostNoise))
	}
}
