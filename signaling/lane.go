package signaling

import "sync"

// laneLength is how many commands of one link may wait in one lane.
const laneLength = 32

// lane runs the commands of a link one after the other, without a goroutine of
// its own while there is none. Each link has two: a command that waits for media
// must not hold up a mute.
type lane struct {
	mu      sync.Mutex // guards all below
	queue   []func()
	running bool
}

// push queues work and reports false when there is too much of it. spawn
// starts a goroutine that somebody joins, or reports false.
func (q *lane) push(spawn func(func()) bool, work func()) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.queue) == laneLength {
		return false
	}
	if !q.running && !spawn(q.run) {
		return false
	}
	q.running = true
	q.queue = append(q.queue, work)
	return true
}

func (q *lane) run() {
	for {
		work := q.pop()
		if work == nil {
			return
		}
		work()
	}
}

func (q *lane) pop() func() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.queue) == 0 {
		q.running = false
		return nil
	}
	work := q.queue[0]
	q.queue = q.queue[1:]
	return work
}
