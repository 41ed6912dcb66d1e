package emulate

import "math"

// aimd is the rate control of draft-ietf-rmcat-gcc, section 5.5: additive
// increase near the rate where the path was full, eight percent a second far
// from it, decrease to 85 % of what arrives, and never more than 1.5 times that.
type aimd struct {
	bits    float64
	valid   bool
	state   control
	changed int64
	first   int64 // when throughput was first known
	rtt     int64
	full    capacity
}

type control int

const (
	hold control = iota
	increase
	decrease
)

const (
	initialTime = 5 * Second
	backOff     = 0.85
	growth      = 1.08
	leastRate   = 5_000
	mostRate    = 30_000_000
)

func newAIMD() aimd { return aimd{bits: mostRate, rtt: 200 * Millisecond} }

// update takes what the detector says and the bits that arrived in the last second.
func (a *aimd) update(state usage, arrives float64, now int64) {
	if !a.valid && arrives > 0 {
		if a.first == 0 {
			a.first = now
		} else if now-a.first > initialTime {
			a.bits, a.valid = arrives, true
		}
	}
	if !a.valid && state != overuse {
		return
	}
	a.turn(state, now)
	switch a.state {
	case increase:
		a.increase(arrives, now)
	case decrease:
		a.decrease(arrives, now)
	}
	a.bits = max(leastRate, min(a.bits, mostRate))
}

func (a *aimd) turn(state usage, now int64) {
	switch state {
	case normal:
		if a.state == hold {
			a.changed, a.state = now, increase
		}
	case overuse:
		a.state = decrease
	case underuse:
		a.state = hold
	}
}

func (a *aimd) increase(arrives float64, now int64) {
	if arrives > a.full.upper() {
		a.full = capacity{}
	}
	if limit := 1.5*arrives + 10_000; a.bits < limit {
		passed := float64(now-a.changed) / float64(Second)
		if a.full.known {
			a.bits += a.nearby() * passed
		} else {
			a.bits += max(a.bits*(math.Pow(growth, min(passed, 1))-1), 1000)
		}
		a.bits = min(a.bits, limit)
	}
	a.changed = now
}

// nearby is about half a packet each response time, in bits a second each second.
func (a *aimd) nearby() float64 {
	frame := a.bits / 30
	packet := frame / math.Ceil(frame/(1200*8))
	response := 2 * float64(a.rtt+100*Millisecond) / float64(Second)
	return max(4000, packet/response)
}

func (a *aimd) decrease(arrives float64, now int64) {
	lower := arrives * backOff
	if lower > a.bits && a.full.known {
		lower = backOff * a.full.bits
	}
	a.bits = min(a.bits, lower)
	if arrives < a.full.lower() {
		a.full = capacity{}
	}
	a.valid = true
	a.full.add(arrives)
	a.state, a.changed = hold, now
}

// interval is how often REMB is made: for 5 % of the rate, within bounds.
func (a *aimd) interval() int64 {
	return max(200*Millisecond, min(int64(80*8/(0.05*a.bits)*float64(Second)), Second))
}

// mayReduce says that an over-use may lower the rate between two of them.
func (a *aimd) mayReduce(arrives float64, now int64) bool {
	wait := max(10*Millisecond, min(a.rtt, 200*Millisecond))
	return now-a.changed >= wait || a.valid && arrives < a.bits/2
}

// capacity is the rate at which the path was last found full, and how sure that is.
type capacity struct {
	known     bool
	bits      float64
	deviation float64 // kbit/s, squared, over the mean
}

func (c *capacity) add(bits float64) {
	const weight = 0.05
	if !c.known {
		*c = capacity{true, bits, 0.4}
		return
	}
	c.bits = (1-weight)*c.bits + weight*bits
	off := (c.bits - bits) / 1000
	c.deviation = (1-weight)*c.deviation + weight*off*off/max(c.bits/1000, 1)
	c.deviation = max(0.4, min(c.deviation, 2.5))
}

func (c *capacity) spread() float64 { return 3 * 1000 * math.Sqrt(c.deviation*c.bits/1000) }

func (c *capacity) upper() float64 {
	if !c.known {
		return math.Inf(1)
	}
	return c.bits + c.spread()
}

func (c *capacity) lower() float64 {
	if !c.known {
		return 0
	}
	return max(0, c.bits-c.spread())
}
