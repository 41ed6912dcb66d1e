package emulate

import "slices"

const (
	maxMissing  = 1000
	maxAsks     = 10
	defaultWait = 100 * Millisecond // round trip until one is known
)

// missing are the packets of one stream to ask for again.
type missing struct {
	started bool
	highest uint16
	wanted  []want // in order of their numbers
}

type want struct {
	seq   uint16
	asked int64
	times int
}

// add notes a packet. overflow says that too many are missing to go on.
func (m *missing) add(seq uint16) (overflow bool) {
	if !m.started {
		m.started, m.highest = true, seq
		return false
	}
	step := int16(seq - m.highest)
	if step <= 0 {
		m.drop(func(w want) bool { return w.seq == seq })
		return false
	}
	if len(m.wanted)+int(step)-1 > maxMissing {
		m.wanted, overflow = nil, true
	} else {
		for s := m.highest + 1; s != seq; s++ {
			m.wanted = append(m.wanted, want{seq: s})
		}
	}
	m.highest = seq
	return overflow
}

func (m *missing) drop(f func(want) bool) { m.wanted = slices.DeleteFunc(m.wanted, f) }

// due are the numbers to ask for now. Those asked for ten times are given up.
func (m *missing) due(wait, now int64) (out []uint16) {
	m.drop(func(w want) bool { return w.times >= maxAsks && now-w.asked >= wait })
	for i := range m.wanted {
		w := &m.wanted[i]
		if w.times == 0 || now-w.asked >= wait {
			w.asked = now
			w.times++
			out = append(out, w.seq)
		}
	}
	return out
}

// passed forgets what comes before a number: it is not needed any more.
func (m *missing) passed(seq uint16) {
	m.drop(func(w want) bool { return int16(w.seq-seq) < 0 })
}
