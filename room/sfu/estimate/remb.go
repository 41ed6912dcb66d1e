package estimate

// remb is the latest one.
type remb struct {
	bits int64 // of picture payload
	at   int64
	fell int64 // when it last fell
}

// REMB takes what the receiver says it can take of pictures, in bits a second.
func (d *Downlink) REMB(bits, now int64) {
	d.hear(now)
	bits = max(0, min(bits, Max))
	fell := d.remb.at != 0 && bits*100 < d.remb.bits*97
	d.remb.bits, d.remb.at = bits, now
	again := fell && now-d.remb.fell < calm
	if fell {
		d.remb.fell = now
	}
	d.probe.remb(bits, d.video.bits(now), d.delay.mean, now)
	link := d.wire(bits, now)
	switch {
	case !d.known:
		d.begin(link, now)
	case link < d.path && fell:
		before := d.path
		d.path = min(d.path, max(link, d.probe.safe(now), d.passed(bits, again, now)))
		if d.path < before*7/10 {
			d.probe.renew(now)
		}
	case link < d.path && !d.probe.holds(now) && (!d.capped(now) || d.delay.grown()):
		d.path = min(d.path, max(link, d.carried(now)))
	case link > d.path && now >= d.firm && !d.delay.grown():
		d.path = max(d.path, min(link, d.limit(now)))
	case link > d.path && d.delay.still():
		// Many voices that come one after another keep the estimate firm; where
		// nothing waits on the path they leave the pictures half of their start.
		d.path = max(d.path, min(link, Start/2+d.sound(now)))
	}
}

// uncounted is how long it takes until sound that has just begun is counted.
const uncounted = 3 * second / 2

// begin takes the first REMB. What it is then bounded by has sound in it, so it
// waits for sound to be counted, unless it is less than what the path is taken
// for. What a quick path has begun with stands above it, as after a probe.
func (d *Downlink) begin(link, now int64) {
	if d.sounds != 0 && now-d.sounds < uncounted && link >= d.Bits(now) {
		return
	}
	quick := int64(0)
	if d.probe.holds(now) {
		quick = d.Bits(now)
		d.probe.proved = quick
	}
	d.path = min(max(link, d.carried(now), quick), d.limit(now))
	d.known = true
}

// passed is what a falling REMB does not undo. REMB falls to 85 % of what
// arrived. Where that was all that had been sent, little is wrong with the path:
// REMB is low because little was sent, and following it would send still less.
// A single fall may be the burst of a keyframe; one soon after another is not.
func (d *Downlink) passed(remb int64, again bool, now int64) int64 {
	switch {
	case remb*100/85 < d.video.bits(now)*9/10:
		return 0
	case again:
		return d.sending(now) * 88 / 100
	}
	return d.sending(now) * 95 / 100
}

// carried is what a low REMB does not undo: what arrives without harm. REMB
// says nothing about sound, and takes long to grow from little.
func (d *Downlink) carried(now int64) int64 {
	share, _ := d.loss.share(now)
	if now-d.remb.fell < calm || d.delay.grown() || d.loss.excess(share) > littleLoss {
		return 0
	}
	return d.sending(now) * (1000 - share) / 1000 * 95 / 100 // not all of it: leave room
}

// capped says that REMB is what it is because little is sent: then it does not
// say that the path carries no more.
func (d *Downlink) capped(now int64) bool {
	return d.remb.bits*100 >= d.video.bits(now)*rembCap
}
