package emulate

// estimator is the whole receive side: packets in, REMB out.
type estimator struct {
	groups   grouping
	kalman   kalman
	detector detector
	aimd     aimd

	arrivals []arrival // of the last second
	bytes    int
	begun    int64   // the first arrival since there was none for a second
	latest   float64 // rate
	last     int64   // packet
	unwrap   int64   // send time so far, in units of 2^-18 s
	started  bool
	updated  int64
	told     float64
	toldAt   int64
}

type arrival struct {
	at   int64
	size int
}

func newEstimator() *estimator {
	return &estimator{kalman: newKalman(), detector: newDetector(), aimd: newAIMD()}
}

// add takes one packet of pictures: payload bytes and abs-send-time (24 bits,
// 6.18 fixed point seconds). It returns a REMB to be sent, or 0.
func (e *estimator) add(size int, sendTime uint32, now int64) (remb int64) {
	if e.started && now-e.last > 2*Second { // all streams have timed out
		e.groups, e.kalman = grouping{}, newKalman()
	}
	e.last = now
	e.arrive(size, now)
	sent := float64(e.sent(sendTime)) / (1 << 18) * 1000
	arrived := float64(now / Millisecond)
	if d, ok := e.groups.add(sent, arrived, float64(size)); ok {
		e.kalman.update(d, e.detector.state)
		e.detector.detect(&e.kalman, d.sent, arrived)
	}
	return e.update(now)
}

func (e *estimator) arrive(size int, now int64) {
	if len(e.arrivals) == 0 || now-e.arrivals[len(e.arrivals)-1].at > Second {
		e.begun = now
	}
	e.arrivals = append(e.arrivals, arrival{now, size})
	e.bytes += size
	for now-e.arrivals[0].at > Second {
		e.bytes -= e.arrivals[0].size
		e.arrivals = e.arrivals[1:]
	}
}

// rate is what arrived in the last second, bits a second; less than a second
// counts after a pause, and what was known before it until two packets have come.
func (e *estimator) rate() float64 {
	window := min(e.last-e.begun+Millisecond, Second)
	if len(e.arrivals) > 1 && window > Millisecond {
		e.latest = float64(e.bytes) * 8 * float64(Second) / float64(window)
	}
	return e.latest
}

// sent makes 24 bits of time one that does not wrap.
func (e *estimator) sent(t uint32) int64 {
	if !e.started {
		e.started, e.unwrap = true, int64(t)
		return e.unwrap
	}
	step := int64(int32((t-uint32(e.unwrap))<<8) >> 8)
	at := e.unwrap + step
	e.unwrap = max(e.unwrap, at)
	return at
}

// update runs the rate control when it is due.
func (e *estimator) update(now int64) int64 {
	due := now-e.updated > e.aimd.interval()
	if !due && !(e.detector.state == overuse && e.aimd.mayReduce(e.rate(), now)) {
		return 0
	}
	e.aimd.update(e.detector.state, e.rate(), now)
	if !e.aimd.valid {
		return 0
	}
	e.updated = now
	return e.tell(now)
}

// tell lets a REMB pass every 200 ms, or where it falls by three percent.
func (e *estimator) tell(now int64) int64 {
	if bits := e.aimd.bits; bits < 0.97*e.told || now-e.toldAt >= 200*Millisecond {
		e.told, e.toldAt = bits, now
		return int64(bits)
	}
	return 0
}
