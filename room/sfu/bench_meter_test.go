package sfu

import (
	"testing"
	"time"
)

// meter measures what a packet costs: wall time, and the CPU time of the whole
// process, of the user and with the system's, from two readings of getrusage(2).
// The last is the figure to compare: it holds the kernel's work and the collector's, and
// no waiting for a core. The floor is measured just before and just after, so
// that their ratio stands on a machine whose other work comes and goes.
type meter struct {
	b            *testing.B
	floor        *floor
	least        float64 // what the floor's packet cost before, in CPU ns
	user, system int64
	begun        time.Time
}

// startMeter begins to measure packets of a size, headers included; everything
// it takes to prepare is done by now.
func startMeter(b *testing.B, size int) meter { return openFloor(b, size).meter(b) }

// meter is the same over another floor.
func (f *floor) meter(b *testing.B) meter {
	b.ReportAllocs()
	m := meter{b: b, floor: f, least: f.cost(b)}
	m.user, m.system = cpuTime()
	m.begun = time.Now()
	return m
}

// each reports what each of n packets cost since, and how many times the floor
// that is.
func (m meter) each(n uint64) {
	wall := time.Since(m.begun)
	user, system := cpuTime()
	user, system = user-m.user, system-m.system
	if n == 0 {
		m.b.Fatal("no packet passed")
	}
	cpu := float64(user+system) / float64(n)
	m.b.ReportMetric(float64(wall.Nanoseconds())/float64(n), "wall-ns/packet")
	m.b.ReportMetric(float64(user)/float64(n), "user-ns/packet")
	m.b.ReportMetric(cpu, "cpu-ns/packet")
	if floor := (m.least + m.floor.cost(m.b)) / 2; floor > 0 {
		m.b.ReportMetric(cpu/floor, "x-floor")
	}
	m.b.ReportMetric(0, "ns/op") // a packet is what counts here, not a turn of the loop
}
