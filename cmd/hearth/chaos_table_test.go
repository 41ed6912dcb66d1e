package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// figures is what the faults reached beside what is promised. Safe for
// concurrent use.
type figures struct {
	mu    sync.Mutex
	order []string // guarded by mu, as all below
	rows  map[string]*row
}

// row is one thing measured, over all runs.
type row struct {
	fault, what, promise string
	samples              []time.Duration
	counts               []int
}

// took notes a time.
func (f *figures) took(fault, what, promise string, d time.Duration) {
	f.note(fault, what, promise, func(r *row) { r.samples = append(r.samples, d) })
}

// counted notes a number.
func (f *figures) counted(fault, what, promise string, n int) {
	f.note(fault, what, promise, func(r *row) { r.counts = append(r.counts, n) })
}

func (f *figures) note(fault, what, promise string, add func(*row)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := fault + "\x00" + what
	r := f.rows[key]
	if r == nil {
		r = &row{fault: fault, what: what, promise: promise}
		if f.rows == nil {
			f.rows = map[string]*row{}
		}
		f.rows[key] = r
		f.order = append(f.order, key)
	}
	add(r)
}

// String is a table in Markdown.
func (f *figures) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	b := &strings.Builder{}
	b.WriteString("| fault | measured | promised | p50 | p95 | worst | runs |\n|---|---|---|---|---|---|---|\n")
	last := ""
	for _, key := range f.order {
		r := f.rows[key]
		fault := r.fault
		if fault == last {
			fault = ""
		}
		last = r.fault
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", fault, r.what, r.promise, strings.Join(r.cells(), " | "))
	}
	return b.String()
}

// cells are p50, p95, worst and the number of runs.
func (r *row) cells() []string {
	if len(r.counts) > 0 {
		n := slices.Sorted(slices.Values(r.counts))
		return []string{fmt.Sprint(quantile(n, 50)), fmt.Sprint(quantile(n, 95)), fmt.Sprint(n[len(n)-1]), fmt.Sprint(len(n))}
	}
	d := slices.Sorted(slices.Values(r.samples))
	return []string{shown(quantile(d, 50)), shown(quantile(d, 95)), shown(d[len(d)-1]), fmt.Sprint(len(d))}
}

// quantile is the nearest rank of sorted values.
func quantile[T any](sorted []T, percent int) T {
	return sorted[max(0, (len(sorted)*percent+99)/100-1)]
}

func shown(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// TestFigures: the table says what was noted.
func TestFigures(t *testing.T) {
	f := &figures{}
	for i := 1; i <= 20; i++ {
		f.took("killed", "gap", "3 s", time.Duration(i)*time.Second)
	}
	f.counted("killed", "owners", "1", 1)
	const want = "| killed | gap | 3 s | 10.0 s | 19.0 s | 20.0 s | 20 |\n|  | owners | 1 | 1 | 1 | 1 | 1 |\n"
	if got := f.String(); !strings.HasSuffix(got, want) {
		t.Errorf("the table:\n%s", got)
	}
}
