package hop

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
)

// A node that does not answer holds up its own line alone, and nothing is kept of
// a line that is empty.
func TestTurns(t *testing.T) {
	turns := newTurns(2)
	first, _ := turns.take(t.Context(), "slow")
	second, _ := turns.take(t.Context(), "slow")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := turns.take(ended, "slow"); !errors.Is(err, context.Canceled) {
		t.Errorf("a third turn: %v", err)
	}
	other, err := turns.take(t.Context(), "quick")
	if err != nil {
		t.Error(err)
	}
	for _, done := range []func(){first, second, other} {
		done()
	}
	if len(turns.lines) != 0 {
		t.Errorf("%d lines left", len(turns.lines))
	}
}

func TestTurnsAreBounded(t *testing.T) {
	turns := newTurns(3)
	var now, most atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			done, err := turns.take(t.Context(), "node")
			if err != nil {
				t.Error(err)
				return
			}
			most.Store(max(most.Load(), now.Add(1)))
			now.Add(-1)
			done()
		})
	}
	all.Wait()
	if most.Load() > 3 || len(turns.lines) != 0 {
		t.Errorf("%d at once, %d lines left", most.Load(), len(turns.lines))
	}
}

// BenchmarkDial is what one client costs two nodes when it comes to one that is
// not the owner: both halves of the handshake are counted.
func BenchmarkDial(b *testing.B) {
	n := open(b, Limits{})
	b.ReportAllocs()
	for b.Loop() {
		ws, err := n.client.Dial(b.Context(), n.url)
		if err != nil {
			b.Fatal(err)
		}
		_ = ws.Close()
	}
}
