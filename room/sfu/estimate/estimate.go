package estimate

// Bounds of the estimate, in bits a second on the wire, sound included.
const (
	Min = 50_000
	Max = 6_000_000
	// Start is what pictures may take before the receiver has said anything.
	Start = 600_000
)

const (
	// silentAfter is how long nothing may be heard while pictures are sent.
	silentAfter = 5 * second / 2
	// pauseAfter is how long no picture is sent until it counts as a pause.
	pauseAfter = second / 2
	// deafAfter is how long after a silence no loss is believed, and holeAfter how
	// long none that looks like a hole: a stream's next report may be late, most of
	// all where its picture was paused meanwhile.
	deafAfter = 3 * second
	holeAfter = 60 * second
	// rembFresh is how long a REMB counts.
	rembFresh = 3 * second
	// calm is how long after a fall of REMB the path is not taken for healthy.
	calm = 3 * second / 2
	// yield is how long the estimate does not rise after sound has: pictures
	// must not take back what voices need before the receiver notices.
	yield = 2 * second
)

// Media is what a packet carries.
type Media uint8

// Kinds of media. RTX, padding and everything else on the SSRCs of pictures
// counts as Video.
const (
	Audio Media = iota
	Video
)

// Downlink estimates one subscriber's path from us. Not safe for concurrent
// use. The zero value is not valid: see New.
type Downlink struct {
	path    int64 // bits on the wire, by delay and what was proved
	known   bool  // the receiver has said something about it
	eager   bool  // it began as a quick one (Quick), and nothing spoke against it
	remb    remb
	loss    loss
	delay   delay
	probe   probe
	repairs repairs

	audio, video rate
	voice        peak  // of sound on the wire
	used         peak  // of what arrived in all, on the wire
	sounds       int64 // when sound began; 0 for not yet
	loud         int64 // sound, when it last rose
	firm         int64 // until when the estimate does not rise
	heard        int64 // the last feedback
	resumed      int64 // when pictures began after a pause
	silent       bool
	mended       int64 // until when reports may still be about a silence
	before       int64 // the estimate before the silence
	decay        int64 // when it is halved next
	aged         int64 // when what is not used was last taken off
}

// New is the estimate of a path nothing is known about.
func New(now int64) Downlink {
	return Downlink{
		path:  Start,
		loss:  loss{bound: Max, begun: now},
		delay: newDelay(now),
		probe: newProbe(now),
		voice: newPeak(second, now, 0),
		used:  newPeak(2*second, now, 0),
		heard: now,
		aged:  now,
		firm:  now,
	}
}

// Quick begins with more than Start: something of the path says that it
// carries so many bits a second of pictures, and that its round trip is no more
// than trip. It counts like a probe that went well, until the first sign of
// harm. Call it before anything was sent.
func (d *Downlink) Quick(bits, trip, now int64) {
	if bits = min(bits, Max); bits > Start {
		d.path, d.eager = bits, true
		d.probe.proved, d.probe.until = bits, now+proofTime
		d.delay.least.add(-trip, now)
	}
}

// Used says whether pictures have been sent over the path.
func (d *Downlink) Used() bool { return d.video.last != 0 }

// Carries says whether nothing waits on the path, and three quarters of what it
// bears hold so many times the sound there is.
func (d *Downlink) Carries(times, now int64) bool {
	return !d.silent && !d.delay.grown() && times*d.sound(now) <= d.Bits(now)*3/4
}

// doubt ends what a quick path began with, where the path does not bear it.
func (d *Downlink) doubt(now int64) {
	if !d.eager || !d.delay.grown() && d.loss.bound >= d.path {
		return
	}
	d.eager = false
	d.probe.void(now)
	d.path = Start
	if d.known {
		d.path += d.sound(now)
	}
}

// Sent counts one packet given to the socket: the length of its payload in
// bytes, padding included, headers and authentication tag not.
func (d *Downlink) Sent(m Media, payload int, now int64) {
	if m == Audio {
		if d.sounds == 0 {
			d.sounds = now
		}
		d.audio.add(payload, now)
		return
	}
	if now-d.video.last > pauseAfter {
		d.resumed = now
	}
	d.video.add(payload, now)
	d.probe.sent += int64(payload) * 8
}

// wire is a rate of pictures as a rate of the whole path.
func (d *Downlink) wire(payload, now int64) int64 {
	return payload*d.video.headers(now)/1000 + d.sound(now)
}

// sound is what voices took at most of late, on the wire.
func (d *Downlink) sound(now int64) int64 {
	return max(d.voice.max(), d.audio.wire(now))
}

// limit is how far the estimate may rise: nothing is known about twice what
// has arrived.
func (d *Downlink) limit(now int64) int64 {
	return max(2*d.used.max(), Start+d.sound(now), d.probe.proof(now))
}

// Report takes what a receiver report says about one stream since the report
// before: packets lost and expected (RFC 3550, A.3; see Stream), and the round trip,
// 0 if it has none.
func (d *Downlink) Report(lost, expected uint32, rtt, now int64) {
	d.hear(now)
	d.delay.sample(rtt, now)
	d.probe.report(d.delay.mean, now)
	grown := d.delay.grown()
	if now < d.loss.deaf || now < d.mended && lost > expected/10 && !grown {
		return
	}
	d.loss.add(int64(lost), int64(expected), now)
	d.loss.judge(d.Bits(now), d.sending(now), grown, now)
	d.doubt(now)
}

// sending is what goes out, on the wire.
func (d *Downlink) sending(now int64) int64 {
	return d.audio.wire(now) + d.video.wire(now)
}

// hear notes feedback. The first after a silence brings half of the estimate
// back: the path is there again, and what the reports lost was the hole.
func (d *Downlink) hear(now int64) {
	if d.heard = now; d.silent {
		d.silent = false
		d.path = max(d.path, d.before/2)
		d.loss.forget(now + deafAfter)
		d.mended = now + holeAfter
		d.delay = newDelay(now)
	}
}

// Bits is the estimate of the whole path, in bits a second on the wire.
func (d *Downlink) Bits(now int64) int64 {
	path := d.path
	if !d.known {
		path += d.sound(now)
	}
	return max(Min, min(path, d.loss.bound, Max))
}

// Pictures is what pictures may take beside the sound there is: bits of
// payload a second. It may be 0: voices come first.
func (d *Downlink) Pictures(now int64) int64 {
	return max(0, d.Bits(now)-d.sound(now)) * 1000 / d.video.headers(now)
}

// Tick does what time does: the estimate decays where the path is silent or
// little used, and probes end. Call it every 20 ms. It returns how many bytes
// of payload to send as padding now, 0 outside a probe.
func (d *Downlink) Tick(now int64) (pad int) {
	d.measure(now)
	d.age(now)
	if d.quiet(now) {
		d.fade(now)
		d.probe.void(now)
		return 0
	}
	d.overrun(now)
	d.judgeProbe(now)
	return d.probe.pad(now)
}

// measure keeps the peaks of what is sent.
func (d *Downlink) measure(now int64) {
	sound := d.audio.wire(now)
	d.voice.add(sound, now)
	if d.loud = min(d.loud, d.voice.max()); sound > d.loud+d.loud/8+8000 {
		d.loud, d.firm = sound, now+yield
	}
	share, _ := d.loss.share(now)
	d.used.add(d.sending(now)*(1000-share)/1000, now)
}

// age takes off what has not been used for a while.
func (d *Downlink) age(now int64) {
	if now-d.aged < second {
		return
	}
	d.aged = now
	if limit := d.limit(now); d.path > limit {
		d.path -= (d.path - limit) / 8
	}
}

// quiet says that pictures are sent and nothing comes back. Without pictures
// there is no REMB, and reports are rare.
func (d *Downlink) quiet(now int64) bool {
	if now-d.video.last > pauseAfter {
		return false
	}
	return now-max(d.heard, d.resumed) > silentAfter
}

// fade halves the estimate every second of silence.
func (d *Downlink) fade(now int64) {
	if !d.silent {
		d.path = d.Bits(now)
		d.silent, d.known, d.before, d.decay = true, true, d.path, now
	}
	if now >= d.decay {
		d.path = max(Min, d.path/2)
		d.decay = now + second
	}
}

// overrun acts on a queue that no REMB tells of: because none comes, or
// because a probe has raised the estimate above it.
func (d *Downlink) overrun(now int64) {
	stale := now-d.remb.at > rembFresh
	if d.delay.queue() < 3*farther || now < d.firm || !stale && !d.probe.holds(now) {
		return
	}
	d.firm = now + second
	d.path = max(Min, min(d.Bits(now), d.sending(now))*85/100)
	d.known = true
	d.probe.void(now)
}
