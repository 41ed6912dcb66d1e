package emulate

import "math"

// group is a burst of packets that were sent together (draft-ietf-rmcat-gcc,
// section 5.2). Times in milliseconds.
type group struct {
	firstSent, lastSent  float64
	firstArrived, latest float64
	size                 float64
	started              bool
}

const groupLength = 5 // ms

// grouping makes differences between neighbouring groups.
type grouping struct {
	now, before group
}

// delta is the difference of two groups.
type delta struct {
	sent, arrived, size float64
}

// add takes a packet. ok says that a group ended and d compares it with the one before.
func (g *grouping) add(sent, arrived, size float64) (d delta, ok bool) {
	n := &g.now
	if !n.started {
		*n = group{sent, sent, arrived, arrived, size, true}
		return delta{}, false
	}
	if sent < n.firstSent { // of an earlier group
		return delta{}, false
	}
	if !n.takes(sent, arrived) {
		if g.before.started {
			d = delta{n.lastSent - g.before.lastSent, n.latest - g.before.latest, n.size - g.before.size}
			ok = d.arrived >= 0
		}
		g.before = *n
		*n = group{firstSent: sent, firstArrived: arrived, started: true}
	}
	n.lastSent, n.latest = max(n.lastSent, sent), arrived
	n.size += size
	return d, ok
}

// takes says that a packet belongs to the group: sent within 5 ms, or arrived
// in one burst with it, as after a stall of a radio link.
func (n *group) takes(sent, arrived float64) bool {
	if sent-n.firstSent <= groupLength {
		return true
	}
	between := arrived - n.latest
	faster := between-(sent-n.lastSent) < 0
	return faster && between <= groupLength && arrived-n.firstArrived < 100
}

// kalman estimates from those differences what a byte costs (slope, ms) and
// how the queue grows (offset, ms a group).
type kalman struct {
	slope, offset float64
	before        float64 // offset
	e             [2][2]float64
	noise, mean   float64 // variance and mean of what is not explained
	count         int
	periods       [60]float64 // of groups, the latest
}

func newKalman() kalman {
	return kalman{slope: 8.0 / 512, e: [2][2]float64{{100, 0}, {0, 0.1}}, noise: 50}
}

// update takes one difference; steady says that the detector sees no over- or under-use.
func (k *kalman) update(d delta, state usage) {
	k.periods[k.count%len(k.periods)] = d.sent
	k.count++
	k.e[0][0] += 1e-13
	k.e[1][1] += 1e-3
	if state == overuse && k.offset < k.before || state == underuse && k.offset > k.before {
		k.e[1][1] += 1e-2 // the trend has turned: believe what is new
	}
	h := [2]float64{d.size, 1}
	eh := [2]float64{k.e[0][0]*h[0] + k.e[0][1]*h[1], k.e[1][0]*h[0] + k.e[1][1]*h[1]}
	rest := d.arrived - d.sent - k.slope*h[0] - k.offset
	if state == normal {
		limit := 3 * math.Sqrt(k.noise)
		k.learn(max(-limit, min(rest, limit)))
	}
	den := k.noise + h[0]*eh[0] + h[1]*eh[1]
	gain := [2]float64{eh[0] / den, eh[1] / den}
	k.correct(gain, h)
	k.slope += gain[0] * rest
	k.before = k.offset
	k.offset += gain[1] * rest
}

// correct shrinks the covariance: (I - K h') E.
func (k *kalman) correct(gain, h [2]float64) {
	a := [2][2]float64{{1 - gain[0]*h[0], -gain[0] * h[1]}, {-gain[1] * h[0], 1 - gain[1]*h[1]}}
	e := k.e
	for i := range 2 {
		for j := range 2 {
			k.e[i][j] = a[i][0]*e[0][j] + a[i][1]*e[1][j]
		}
	}
}

// learn follows the noise, faster in the first ten seconds.
func (k *kalman) learn(rest float64) {
	alpha := 0.01
	if k.count > 300 {
		alpha = 0.002
	}
	keep := math.Pow(1-alpha, k.period()*30/1000)
	k.mean = keep*k.mean + (1-keep)*rest
	k.noise = max(1, keep*k.noise+(1-keep)*(k.mean-rest)*(k.mean-rest))
}

// period is the shortest of the latest times between groups.
func (k *kalman) period() float64 {
	least := math.Inf(1)
	for _, p := range k.periods[:min(k.count, len(k.periods))] {
		least = min(least, p)
	}
	return least
}
