package batch

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

func peerAddr(i int) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), 4000)
}

// planned is the runs as lists of slot numbers, checked on the way.
func planned(t interface{ Fatalf(string, ...any) }, b *batch) (runs [][]int32) {
	for _, r := range b.runs {
		var slots []int32
		var bytes int
		for i := r.first; i >= 0; i = b.slots[i].next {
			s, first := b.slots[i], b.slots[r.first]
			if s.to != first.to || len(s.data) > len(first.data) {
				t.Fatalf("slot %d does not fit its run", i)
			}
			if b.slots[i].next >= 0 && len(s.data) != len(first.data) {
				t.Fatalf("slot %d: a shorter one before the last", i)
			}
			slots, bytes = append(slots, i), bytes+len(s.data)
		}
		if len(slots) != int(r.count) || bytes != int(r.bytes) || int(r.size) != len(b.slots[r.first].data) {
			t.Fatalf("counted wrong: %+v", r)
		}
		if r.count > 1 && (r.count > mostSegments || r.bytes > mostSegmented || r.size > mostSegment) {
			t.Fatalf("too large: %+v", r)
		}
		runs = append(runs, slots)
	}
	return runs
}

func TestRuns(t *testing.T) {
	type d struct{ peer, size int }
	many := make([]d, 70)
	for i := range many {
		many[i] = d{1, 1000}
	}
	for name, c := range map[string]struct {
		in   []d
		want []int // datagrams in each run
	}{
		"one":             {[]d{{1, 100}}, []int{1}},
		"equal":           {[]d{{1, 100}, {1, 100}, {1, 100}}, []int{3}},
		"short last":      {[]d{{1, 100}, {1, 100}, {1, 40}, {1, 40}}, []int{3, 1}},
		"longer":          {[]d{{1, 100}, {1, 101}, {1, 101}}, []int{1, 2}},
		"peers":           {[]d{{1, 100}, {2, 100}, {1, 100}, {2, 100}, {3, 50}}, []int{2, 2, 1}},
		"empty":           {[]d{{1, 0}, {1, 0}, {1, 100}, {1, 0}}, []int{1, 1, 1, 1}},
		"over a frame":    {[]d{{1, 1460}, {1, 1460}, {1, 100}}, []int{1, 1, 1}},
		"64 segments":     {many, []int{64, 6}},
		"full at 64 KiB":  {append([]d{{1, 1400}}, repeat(d{1, 1400}, 60)...), []int{46, 15}},
		"short then long": {[]d{{1, 100}, {1, 50}, {1, 100}, {1, 100}}, []int{2, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBatch(100)
			for _, x := range c.in {
				b.push(make([]byte, x.size), peerAddr(x.peer))
			}
			b.plan(true)
			got := planned(t, b)
			if len(got) != len(c.want) {
				t.Fatalf("%v", got)
			}
			for i, r := range got {
				if len(r) != c.want[i] {
					t.Fatalf("%v", got)
				}
			}
		})
	}
}

func repeat[T any](v T, n int) []T {
	all := make([]T, n)
	for i := range all {
		all[i] = v
	}
	return all
}

// Whatever is queued, for more peers than the table of open runs has places:
// each datagram leaves once, those of one peer in their order, and splitting
// any run changes neither.
func TestRunsKeepEveryPeersOrder(t *testing.T) {
	b := newBatch(300)
	rapid.Check(t, func(t *rapid.T) {
		b.reset()
		peers := rapid.IntRange(1, 300).Draw(t, "peers")
		for range rapid.IntRange(1, 300).Draw(t, "datagrams") {
			size := rapid.SampledFrom([]int{0, 10, 100, 1130, 1130, 1130, 1131, 1500, 3000}).Draw(t, "size")
			b.push(make([]byte, size), peerAddr(rapid.IntRange(0, peers-1).Draw(t, "peer")))
		}
		b.plan(rapid.Bool().Draw(t, "segment"))
		ordered(t, b)
		b.done = rapid.IntRange(0, len(b.runs)-1).Draw(t, "split")
		left := b.left()
		b.split()
		if b.left() != left {
			t.Fatalf("left %d, then %d", left, b.left())
		}
		ordered(t, b)
	})
}

func ordered(t *rapid.T, b *batch) {
	last := map[netip.AddrPort]int32{}
	n := 0
	for _, r := range planned(t, b) {
		for _, i := range r {
			to := b.slots[i].to
			if before, ok := last[to]; ok && before >= i {
				t.Fatalf("%d leaves after %d", i, before)
			}
			last[to], n = i, n+1
		}
	}
	if n != b.n {
		t.Fatalf("%d of %d", n, b.n)
	}
}

// Peers of one network and peers behind one router mostly find places of
// their own: chance alone leaves 16 of 128 places about 15 in use.
func TestHashSpreads(t *testing.T) {
	for name, peer := range map[string]func(i int) netip.AddrPort{
		"address": peerAddr,
		"mapped": func(i int) netip.AddrPort {
			return netip.AddrPortFrom(netip.AddrFrom16(peerAddr(i).Addr().As16()), 4000)
		},
		"port": func(i int) netip.AddrPort { return netip.AddrPortFrom(peerAddr(1).Addr(), uint16(50000+i)) },
		"network": func(i int) netip.AddrPort {
			a := netip.MustParseAddr("2001:db8::1").As16()
			a[7] = byte(i)
			return netip.AddrPortFrom(netip.AddrFrom16(a), 4000)
		},
	} {
		used := map[uint32]bool{}
		for i := range 16 {
			used[hash(peer(i))] = true
		}
		if len(used) < 12 {
			t.Errorf("%s: 16 peers in %d places", name, len(used))
		}
	}
}
