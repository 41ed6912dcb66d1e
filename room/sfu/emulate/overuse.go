package emulate

import "math"

// usage is what the detector makes of the gradient (draft-ietf-rmcat-gcc, section 5.4).
type usage int

const (
	normal usage = iota
	overuse
	underuse
)

// detector compares the gradient, over up to sixty groups, with a threshold
// that adapts to the path.
type detector struct {
	state     usage
	threshold float64 // ms
	updated   float64 // ms
	over      float64 // time over the threshold, ms; below 0: not over
	times     int
	before    float64
}

func newDetector() detector { return detector{threshold: 12.5, over: -1, updated: -1} }

const (
	overTime      = 10 // ms over the threshold until it counts
	maxGroups     = 60 //
	maxAdaptation = 15 // ms beyond the threshold that are taken for a spike
	adaptUp       = 0.0087
	adaptDown     = 0.039
)

// detect looks at the filter after a group.
func (d *detector) detect(k *kalman, sent, now float64) {
	if k.count < 2 {
		return
	}
	t := float64(min(k.count, maxGroups)) * k.offset
	switch {
	case t > d.threshold:
		if d.over < 0 {
			d.over = sent / 2
		} else {
			d.over += sent
		}
		d.times++
		if d.over > overTime && d.times > 1 && k.offset >= d.before {
			d.over, d.times, d.state = 0, 0, overuse
		}
	case t < -d.threshold:
		d.over, d.times, d.state = -1, 0, underuse
	default:
		d.over, d.times, d.state = -1, 0, normal
	}
	d.before = k.offset
	d.adapt(math.Abs(t), now)
}

func (d *detector) adapt(t, now float64) {
	if d.updated < 0 {
		d.updated = now
	}
	if t <= d.threshold+maxAdaptation {
		rate := adaptUp
		if t < d.threshold {
			rate = adaptDown
		}
		d.threshold += rate * (t - d.threshold) * min(now-d.updated, 100)
		d.threshold = max(6, min(d.threshold, 600))
	}
	d.updated = now
}
