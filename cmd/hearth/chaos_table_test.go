package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// figures is what the faults reached beside what is promised. Safe for
// concurrent use.
type figures struct {
	listed []string // static: in which order faults stand in the table; others come last

	mu     sync.Mutex
	faults []string // guarded by mu, as all below; as they came
	rows   map[string][]*row
	runs   map[string]int // of each fault, ended
	failed map[string]int
}

// row is one thing measured, over all runs.
type row struct {
	what, promise string
	samples       []time.Duration
	counts        []int
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
	if f.rows == nil {
		f.rows = map[string][]*row{}
	}
	if f.rows[fault] == nil {
		f.faults = append(f.faults, fault)
	}
	i := slices.IndexFunc(f.rows[fault], func(r *row) bool { return r.what == what })
	if i < 0 {
		i = len(f.rows[fault])
		f.rows[fault] = append(f.rows[fault], &row{what: what, promise: promise})
	}
	add(f.rows[fault][i])
}

// ended notes the end of a run.
func (f *figures) ended(fault string, failed bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.runs == nil {
		f.runs, f.failed = map[string]int{}, map[string]int{}
	}
	f.runs[fault]++
	if failed {
		f.failed[fault]++
	}
}

// String is a table in Markdown, and the faults whose runs failed.
func (f *figures) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	b := &strings.Builder{}
	b.WriteString("| fault | measured | promised | p50 | p95 | worst | runs |\n|---|---|---|---|---|---|---|\n")
	rank := func(fault string) int {
		if i := slices.Index(f.listed, fault); i >= 0 {
			return i
		}
		return len(f.listed)
	}
	order := slices.Clone(f.faults)
	slices.SortStableFunc(order, func(a, b string) int { return rank(a) - rank(b) })
	for _, fault := range order {
		for i, r := range f.rows[fault] {
			name := ""
			if i == 0 {
				name = fault
			}
			fmt.Fprintf(b, "| %s | %s | %s | %s |\n", name, r.what, r.promise, strings.Join(r.cells(), " | "))
		}
	}
	for _, fault := range slices.Sorted(maps.Keys(f.failed)) {
		fmt.Fprintf(b, "\nFAILED: %s, %d of %d runs\n", fault, f.failed[fault], f.runs[fault])
	}
	return b.String()
}

// save writes the table to a file, which is there in full at any time. Without a
// path it does nothing.
func (f *figures) save(t *testing.T, path string) {
	t.Helper()
	if path == "" {
		return
	}
	f.mu.Lock()
	n := 0
	for _, runs := range f.runs {
		n += runs
	}
	f.mu.Unlock()
	text := fmt.Sprintf("%d runs until %s\n\n%s", n, time.Now().Format(time.DateTime), f)
	next, err := os.CreateTemp(filepath.Dir(path), ".table")
	if err == nil {
		_, err = next.WriteString(text)
		_ = next.Close()
	}
	if err == nil {
		err = os.Rename(next.Name(), path)
	}
	if err != nil {
		t.Errorf("the table: %v", err)
	}
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

// TestFigures: the table says what was noted, also of runs side by side.
func TestFigures(t *testing.T) {
	f := &figures{listed: []string{"killed", "frozen"}}
	for i := 1; i <= 20; i++ {
		f.took("soak", "gap", "-", time.Second)
		f.took("frozen", "gap", "-", time.Millisecond)
		f.took("killed", "gap", "3 s", time.Duration(i)*time.Second)
		f.ended("killed", i == 7)
	}
	f.counted("killed", "owners", "1", 1)
	const want = "| killed | gap | 3 s | 10.0 s | 19.0 s | 20.0 s | 20 |\n|  | owners | 1 | 1 | 1 | 1 | 1 |\n" +
		"| frozen | gap | - | 1 ms | 1 ms | 1 ms | 20 |\n| soak | gap | - | 1000 ms | 1000 ms | 1000 ms | 20 |\n\nFAILED: killed, 1 of 20 runs\n"
	if got := f.String(); !strings.HasSuffix(got, want) {
		t.Errorf("the table:\n%s", got)
	}
	path := filepath.Join(t.TempDir(), "table.md")
	for range 2 {
		f.save(t, path)
	}
	if got, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(got), "20 runs until ") || !strings.HasSuffix(string(got), want) {
		t.Errorf("the file: %v\n%s", err, got)
	}
}
