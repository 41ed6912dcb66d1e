package arrivals

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// once reports everything a Recorder has.
func once(t *testing.T, p *path) []report {
	t.Helper()
	p.now += 600 * ms
	return p.report(t)
}

func TestSplitByTime(t *testing.T) {
	p := newPath(1, 0)
	for n, gap := range []int64{0, 63, 64, 8191, 8192, 1, 9000, 2} { // milliseconds
		p.now += gap * ms
		p.arrive(1 + int64(n))
	}
	p.now += 600 * ms
	messages := p.r.Stats().Messages
	p.seq = 9
	p.report(t)
	p.check(t)
	if got := p.r.Stats().Messages - messages; got != 3 {
		t.Fatalf("%d messages", got)
	}
}

// TestSplitBySize reports a full ring in two-byte deltas, the greatest there can be.
func TestSplitBySize(t *testing.T) {
	p := newPath(0, 0)
	for n := range int64(ringSize) {
		p.arrive(n)
		p.now += 64 * ms
	}
	p.seq = ringSize
	once(t, p)
	p.check(t)
	if s := p.r.Stats(); s.Messages < 2 || s.Messages > 3 {
		t.Fatalf("%+v", s)
	}
}

// TestRoundEnds: times that fit no delta take a message each, four at a time.
func TestRoundEnds(t *testing.T) {
	p := newPath(0, 0)
	for n := range int64(10) {
		p.arrive(n)
		p.now += 9000 * ms
	}
	p.seq = 10
	for calls := 1; len(p.said) < 10; calls++ {
		if calls > 3 {
			t.Fatalf("%d packets reported", len(p.said))
		}
		once(t, p)
	}
	p.check(t)
}

func TestClockGoesBack(t *testing.T) {
	p := newPath(5, 10_000*ms)
	for n, step := range []int64{0, -1, -8191, 3, -9000, 0} {
		p.now += step * ms
		p.arrive(5 + int64(n))
	}
	p.seq, p.now = 11, 20_000*ms
	p.report(t)
	p.check(t)
}

// TestChunks packs random symbols, runs and mixtures, and reads them back.
func TestChunks(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 2))
		var symbols []symbol
		for n := 1 + r.IntN(ringSize); len(symbols) < n; {
			s, run := symbol(r.IntN(3)), 1
			if r.IntN(4) == 0 {
				run = r.IntN(40)
			}
			for range min(run, n-len(symbols)) {
				symbols = append(symbols, s)
			}
		}
		if r.IntN(3) == 0 {
			for i := range symbols {
				symbols[i] &= 1
			}
		}
		all := appendChunks(nil, symbols)
		if len(all) > 2*chunksFor(len(symbols)) {
			t.Fatalf("%d bytes for %d symbols", len(all), len(symbols))
		}
		got := unpack(all)
		if len(got) < len(symbols) {
			t.Fatalf("%d symbols of %d", len(got), len(symbols))
		}
		for i, s := range got {
			if i < len(symbols) && s != symbols[i] || i >= len(symbols) && s != missing {
				t.Fatalf("seed %d: symbol %d is %d", seed, i, s)
			}
		}
	}
}

// TestRunsAreShort: long runs take one chunk, also those others follow.
func TestRunsAreShort(t *testing.T) {
	symbols := make([]symbol, 503)
	for i := range symbols {
		symbols[i] = small
	}
	symbols[500] = missing
	if got := len(appendChunks(nil, symbols)); got != 4 {
		t.Fatalf("%d bytes", got)
	}
	symbols[502] = large
	if got := len(appendChunks(nil, symbols)); got != 4 {
		t.Fatalf("%d bytes", got)
	}
	symbols = append(slices.Repeat([]symbol{large}, 13), small, small)
	if got := len(appendChunks(nil, symbols)); got != 4 {
		t.Fatalf("%d bytes", got)
	}
}

// unpack reads chunks bit by bit, as the draft draws them.
func unpack(all []byte) (symbols []symbol) {
	for ; len(all) >= 2; all = all[2:] {
		v := uint16(all[0])<<8 | uint16(all[1])
		switch {
		case v>>15 == 0:
			for range v & 0x1fff {
				symbols = append(symbols, symbol(v>>13&3))
			}
		case v>>14&1 == 0:
			for i := 13; i >= 0; i-- {
				symbols = append(symbols, symbol(v>>i&1))
			}
		default:
			for i := 12; i >= 0; i -= 2 {
				symbols = append(symbols, symbol(v>>i&3))
			}
		}
	}
	return symbols
}

func TestMessageIsSmall(t *testing.T) {
	p := newPath(0, 64*ms)
	for n := range int64(100) {
		p.arrive(n)
		p.now += ms
	}
	p.now += 500 * ms
	if got := len(p.r.Append(nil, ours, theirs, p.now)); got != headerSize+2+100+2 {
		t.Fatalf("%d bytes for a run of 100", got)
	}
}
