package sfu

import "time"

// Bounds of asking a publisher again for what did not arrive (RFC 4585).
const (
	lossMost  = 64 // missing sequence numbers remembered for a layer; the oldest go first
	lossTries = 4
	lossWait  = int64(15 * time.Millisecond) // reordering is waited out first
	lossPause = int64(80 * time.Millisecond) // between two requests for one packet
)

// losses are the sequence numbers missing from a layer. The zero value is
// ready. Guarded by its layer's lock.
type losses struct {
	count   int
	missing [lossMost]loss
}

type loss struct {
	seq   uint16
	tries uint8
	next  int64 // when to ask
}

// gap notes the numbers skipped before head.
func (l *losses) gap(head, ahead uint16, now int64) {
	for i := ahead - 1; i > 0; i-- {
		if l.count == lossMost {
			copy(l.missing[:], l.missing[1:])
			l.count--
		}
		l.missing[l.count] = loss{seq: head - i, next: now + lossWait}
		l.count++
	}
}

// arrived forgets one.
func (l *losses) arrived(seq uint16) {
	for i := range l.count {
		if l.missing[i].seq == seq {
			copy(l.missing[i:l.count], l.missing[i+1:l.count])
			l.count--
			return
		}
	}
}

func (l *losses) clear() { l.count = 0 }

// due appends the numbers to ask for now. Those asked often enough are
// forgotten.
func (l *losses) due(to []uint16, now int64) []uint16 {
	kept := 0
	for i := range l.count {
		m := l.missing[i]
		if now >= m.next {
			if m.tries == lossTries {
				continue
			}
			to = append(to, m.seq)
			m.tries++
			m.next = now + lossPause
		}
		l.missing[kept] = m
		kept++
	}
	l.count = kept
	return to
}
