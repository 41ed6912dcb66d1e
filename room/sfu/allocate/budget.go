package allocate

const second = int64(1_000_000_000)

const (
	lowSlots = 3
	lowSlot  = second / 2
)

// low is the smallest budget of the last one to one and a half seconds. The zero value has
// seen none.
type low struct {
	slot  [lowSlots]int64
	known [lowSlots]bool
	at    int
	begun int64
}

func (l *low) add(budget, now int64) {
	if now-l.begun >= lowSlots*lowSlot {
		*l = low{begun: now}
	}
	for now-l.begun >= lowSlot {
		l.begun += lowSlot
		l.at = (l.at + 1) % lowSlots
		l.known[l.at] = false
	}
	if !l.known[l.at] || budget < l.slot[l.at] {
		l.slot[l.at], l.known[l.at] = budget, true
	}
}

func (l *low) min() int64 {
	least := int64(1<<62 - 1)
	for i, v := range l.slot {
		if l.known[i] {
			least = min(least, v)
		}
	}
	return least
}

// maxStarts is how many pictures begin at once.
const maxStarts = 2

// starts spaces the beginnings of pictures. The zero value lets maxStarts begin.
type starts struct {
	used int64
	last int64
}

// take lets a picture begin, or not yet.
func (s *starts) take(pace, now int64) bool {
	if pace <= 0 {
		return true
	}
	if n := (now - s.last) / pace; n > 0 {
		s.used = max(0, s.used-n)
		s.last += n * pace
	}
	if s.used == 0 {
		s.last = now
	}
	if s.used >= maxStarts {
		return false
	}
	s.used++
	return true
}
