package emulate

import "container/heap"

// Durations in nanoseconds.
const (
	Millisecond = int64(1_000_000)
	Second      = 1000 * Millisecond
)

// World is virtual time and what is to happen in it. Not safe for concurrent use.
type World struct {
	now    int64
	count  uint64
	events events
}

// NewWorld begins at the given time. Zero is allowed, but many clocks take it
// for "never".
func NewWorld(now int64) *World { return &World{now: now} }

// Now is the time, in nanoseconds.
func (w *World) Now() int64 { return w.now }

// At has f called at a time, or next where that is past. What is due at the
// same time happens in the order of the calls.
func (w *World) At(t int64, f func()) {
	w.count++
	heap.Push(&w.events, event{max(t, w.now), w.count, f})
}

// After has f called after a while.
func (w *World) After(d int64, f func()) { w.At(w.now+d, f) }

// Every has f called now and after each period.
func (w *World) Every(period int64, f func()) {
	w.At(w.now, func() { w.again(period, f) })
}

func (w *World) again(period int64, f func()) {
	f()
	w.After(period, func() { w.again(period, f) })
}

// Run lets time pass until the given time.
func (w *World) Run(until int64) {
	for len(w.events) > 0 && w.events[0].at <= until {
		e := heap.Pop(&w.events).(event)
		w.now = e.at
		e.f()
	}
	w.now = max(w.now, until)
}

type event struct {
	at    int64
	order uint64
	f     func()
}

// events is a heap by time, then by order of arrival.
type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return e[i].at < e[j].at || e[i].at == e[j].at && e[i].order < e[j].order
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	old := *e
	last := old[len(old)-1]
	old[len(old)-1] = event{}
	*e = old[:len(old)-1]
	return last
}
