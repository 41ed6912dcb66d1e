package signaling

import "sync"

// Bounds of what may wait for a slow reader.
const (
	outboxFrames = 256
	outboxBytes  = 512 << 10
)

// outFrame is one text frame on its way out.
type outFrame struct {
	data  []byte
	large bool // worth compressing, and without a secret
}

// outbox is the bounded queue of one conn. A reader that lets it fill is cut
// off as slow. Safe for concurrent use; nothing in it blocks.
type outbox struct {
	wake chan struct{} // capacity 1: there is something to take

	mu     sync.Mutex // guards all below
	frames []outFrame
	bytes  int
	end    *closing // no frame is taken in after it; the first one counts
}

func newOutbox() *outbox { return &outbox{wake: make(chan struct{}, 1)} }

// push queues a frame. It reports false when the frame was one too many: then
// everything waiting is dropped and the conn ends as slow. After an end frames
// are dropped silently.
func (o *outbox) push(f outFrame) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.end != nil {
		return true
	}
	fits := len(o.frames) < outboxFrames && o.bytes+len(f.data) <= outboxBytes
	if fits {
		o.frames = append(o.frames, f)
		o.bytes += len(f.data)
	} else {
		o.frames, o.bytes = nil, 0
		o.end = &closeSlow
	}
	o.signal()
	return fits
}

// finish ends the conn after what is queued. The first end counts.
func (o *outbox) finish(c closing) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.end == nil {
		o.end = &c
		o.signal()
	}
}

// take empties the queue.
func (o *outbox) take() ([]outFrame, *closing) {
	o.mu.Lock()
	defer o.mu.Unlock()
	frames := o.frames
	o.frames, o.bytes = nil, 0
	return frames, o.end
}

func (o *outbox) signal() {
	select {
	case o.wake <- struct{}{}:
	default: // awake already
	}
}
