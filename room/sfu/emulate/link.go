package emulate

import "math/rand/v2"

// Path is how one direction of a path behaves.
type Path struct {
	Rate    int64   // bits a second; 0: without bound
	Queue   int     // bytes that may wait; more is dropped (tail drop). 0: without bound
	Delay   int64   // of propagation
	Jitter  int64   // added to the delay, uniformly between minus and plus this
	Loss    float64 // share of packets lost on the way, by chance; 1: a hole
	Reorder float64 // share of packets that may overtake others by their jitter
}

// Link is one direction of a path. Packets keep their order unless Path says
// otherwise.
type Link struct {
	world   *World
	path    Path
	random  *rand.Rand
	deliver func(payload any)

	queue   []queued
	waiting int   // bytes
	busy    bool  // a packet is being sent
	last    int64 // the latest delivery
	stats   LinkStats
}

type queued struct {
	size    int
	payload any
}

// LinkStats counts packets and bytes since the link was made.
type LinkStats struct {
	Sent, Delivered        int
	DroppedQueue, Lost     int
	SentBytes, PassedBytes int64 // PassedBytes left the queue
}

// Link makes one. deliver gets what arrives; seed decides chance.
func (w *World) Link(p Path, seed uint64, deliver func(payload any)) *Link {
	return &Link{world: w, path: p, random: rand.New(rand.NewPCG(seed, 0x6c696e6b)), deliver: deliver}
}

// Change replaces the path's behaviour. What waits, waits on; the packet being
// sent is not hurried.
func (l *Link) Change(p Path) { l.path = p }

// Stats is what the link did so far.
func (l *Link) Stats() LinkStats { return l.stats }

// Waiting is how many bytes are in the queue.
func (l *Link) Waiting() int { return l.waiting }

// Send puts a packet of size bytes on the wire, or drops it where the queue is full.
func (l *Link) Send(size int, payload any) {
	l.stats.Sent++
	l.stats.SentBytes += int64(size)
	if l.path.Queue > 0 && l.busy && l.waiting+size > l.path.Queue {
		l.stats.DroppedQueue++
		return
	}
	l.queue = append(l.queue, queued{size, payload})
	l.waiting += size
	if !l.busy {
		l.serve()
	}
}

// serve sends the packet at the head of the queue.
func (l *Link) serve() {
	if len(l.queue) == 0 {
		l.busy, l.queue = false, nil
		return
	}
	l.busy = true
	p := l.queue[0]
	l.queue = l.queue[1:]
	took := int64(0)
	if l.path.Rate > 0 {
		took = int64(p.size) * 8 * Second / l.path.Rate
	}
	l.world.After(took, func() {
		l.waiting -= p.size
		l.stats.PassedBytes += int64(p.size)
		l.travel(p.payload)
		l.serve()
	})
}

// travel lets a packet that left the queue arrive, or not.
func (l *Link) travel(payload any) {
	if l.path.Loss > 0 && l.random.Float64() < l.path.Loss {
		l.stats.Lost++
		return
	}
	at := l.world.now + l.path.Delay
	if l.path.Jitter > 0 {
		at += l.random.Int64N(2*l.path.Jitter+1) - l.path.Jitter
	}
	at = max(at, l.world.now)
	if l.path.Reorder == 0 || l.random.Float64() >= l.path.Reorder {
		at = max(at, l.last)
		l.last = at
	}
	l.world.At(at, func() {
		l.stats.Delivered++
		l.deliver(payload)
	})
}
