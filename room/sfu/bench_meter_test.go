package sfu

import (
	"testing"
	"time"
)

// meter measures what a packet costs: wall time, and the CPU time of the whole
// process, user and system, from two readings of getrusage(2). The second is
// the figure to compare: it holds the kernel's work and the collector's, and
// no waiting for a core.
type meter struct {
	b     *testing.B
	cpu   int64
	begun time.Time
}

// startMeter begins to measure; everything it takes to prepare is done by now.
func startMeter(b *testing.B) meter {
	b.ReportAllocs()
	return meter{b, cpuTime(), time.Now()}
}

// each reports what each of n packets of a size cost since, and how many
// times the floor that is.
func (m meter) each(n uint64, size int) {
	wall, cpu := time.Since(m.begun), cpuTime()-m.cpu
	if n == 0 {
		m.b.Fatal("no packet passed")
	}
	perPacket := float64(cpu) / float64(n)
	m.b.ReportMetric(float64(wall.Nanoseconds())/float64(n), "wall-ns/packet")
	m.b.ReportMetric(perPacket, "cpu-ns/packet")
	if floor := floorOf(m.b, size); floor > 0 {
		m.b.ReportMetric(perPacket/floor, "x-floor")
	}
	m.b.ReportMetric(0, "ns/op") // a packet is what counts here, not a turn of the loop
}
