package signaling

// Bounds of what is kept for a link whose socket is away.
const (
	replayEvents = 256
	replayBytes  = 256 << 10
)

// replay keeps the last events of a link, without a gap. Not safe for
// concurrent use.
type replay struct {
	seq    uint64   // of the last event
	frames [][]byte // up to and including seq
	bytes  int
}

// add numbers the next event.
func (r *replay) next() uint64 {
	r.seq++
	return r.seq
}

// keep remembers the frame of the event just numbered.
func (r *replay) keep(frame []byte) {
	r.frames = append(r.frames, frame)
	r.bytes += len(frame)
	for len(r.frames) > replayEvents || r.bytes > replayBytes {
		r.bytes -= len(r.frames[0])
		r.frames[0] = nil
		r.frames = r.frames[1:]
	}
}

// forget drops everything: a whole view has replaced it.
func (r *replay) forget() { r.frames, r.bytes = nil, 0 }

// since returns what follows the event last, and false when that is not all
// there any more.
func (r *replay) since(last uint64) ([][]byte, bool) {
	first := r.seq - uint64(len(r.frames)) // the event before the oldest one kept
	if last < first || last > r.seq {
		return nil, false
	}
	return r.frames[last-first:], true
}
