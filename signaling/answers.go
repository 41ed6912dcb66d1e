package signaling

// Bounds of the answers a link remembers.
const (
	answersKept  = 64
	answersBytes = 256 << 10
)

// answers remembers what commands were answered, so that repeating one is safe.
// Not safe for concurrent use.
type answers struct {
	age   int     // how often the ids have begun anew
	last  int64   // the largest id so far
	order []int64 // ids, oldest first
	known map[int64]*answer
	bytes int
}

type answer struct {
	sum   uint64 // of the command's frame
	frame []byte // nil while the command is being done
}

// verdict is what to do with a command.
type verdict int

const (
	doIt     verdict = iota // it is new
	tellIt                  // it was done: its answer again
	awaitIt                 // it is being done: its answer will come
	refuseIt                // its id was used for another command, or is too old
)

// look decides about a command and, when it is new, notes it.
func (a *answers) look(id int64, sum uint64) (verdict, []byte) {
	if known, ok := a.known[id]; ok {
		switch {
		case known.sum != sum:
			return refuseIt, nil
		case known.frame == nil:
			return awaitIt, nil
		}
		return tellIt, known.frame
	}
	if id <= a.last {
		return refuseIt, nil
	}
	if a.known == nil {
		a.known = make(map[int64]*answer)
	}
	a.last = id
	a.order = append(a.order, id)
	a.known[id] = &answer{sum: sum}
	a.trim()
	return doIt, nil
}

// settle remembers the answer to a command of the given age, and tells whether
// somebody still waits for it.
func (a *answers) settle(age int, id int64, frame []byte) bool {
	if age != a.age {
		return false
	}
	if known, ok := a.known[id]; ok {
		known.frame = frame
		a.bytes += len(frame)
		a.trim()
	}
	return true
}

// restart lets the ids begin anew, for a page that remembers nothing.
func (a *answers) restart() { *a = answers{age: a.age + 1} }

func (a *answers) trim() {
	for len(a.order) > answersKept || a.bytes > answersBytes && len(a.order) > 1 {
		oldest := a.order[0]
		a.bytes -= len(a.known[oldest].frame)
		delete(a.known, oldest)
		a.order = a.order[1:]
	}
}
