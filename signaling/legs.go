package signaling

import (
	"context"
	"sync"
)

// legs are the ways to other nodes that are open here, or being opened, by the
// internal URL of the node. All to one node can be ended at once. Safe for
// concurrent use.
type legs struct {
	mu sync.Mutex // guards to
	to map[string]map[*way]struct{}
}

// way is one of them.
type way struct{ cut context.CancelFunc }

func newLegs() *legs { return &legs{to: map[string]map[*way]struct{}{}} }

// enter begins a way to a node. Its context ends with the given one, with cut,
// or with leave, which has to be called.
func (ls *legs) enter(ctx context.Context, node string) (life context.Context, leave func()) {
	life, cut := context.WithCancel(ctx)
	w := &way{cut}
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if ls.to[node] == nil {
		ls.to[node] = map[*way]struct{}{}
	}
	ls.to[node][w] = struct{}{}
	return life, func() { ls.leave(node, w) }
}

func (ls *legs) leave(node string, w *way) {
	w.cut()
	ls.mu.Lock()
	defer ls.mu.Unlock()
	delete(ls.to[node], w)
	if len(ls.to[node]) == 0 {
		delete(ls.to, node)
	}
}

// cut ends all ways to a node.
func (ls *legs) cut(node string) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for w := range ls.to[node] {
		w.cut()
	}
}
