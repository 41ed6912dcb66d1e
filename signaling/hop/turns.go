package hop

import (
	"context"
	"sync"
)

// turns keeps the handshakes with each node few at once: after a node was
// started again everybody comes at the same moment, and each handshake is done
// in time only where not all are begun. Other nodes' lines are their own. Safe
// for concurrent use.
type turns struct {
	atOnce int // to one node

	mu    sync.Mutex // guards lines, and their users
	lines map[string]*line
}

// line is the handshakes with one node, there while somebody is in it.
type line struct {
	users int
	slots chan struct{} // holds one token for each handshake under way
}

func newTurns(atOnce int) *turns { return &turns{atOnce: atOnce, lines: map[string]*line{}} }

// take waits for a turn, until the context ends. Each is ended with the
// function returned.
func (t *turns) take(ctx context.Context, node string) (done func(), err error) {
	l := t.enter(node)
	select {
	case l.slots <- struct{}{}:
		return func() { <-l.slots; t.leave(node, l) }, nil
	case <-ctx.Done():
		t.leave(node, l)
		return nil, ctx.Err()
	}
}

func (t *turns) enter(node string) *line {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.lines[node]
	if l == nil {
		l = &line{slots: make(chan struct{}, t.atOnce)}
		t.lines[node] = l
	}
	l.users++
	return l
}

func (t *turns) leave(node string, l *line) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l.users--; l.users == 0 {
		delete(t.lines, node)
	}
}
