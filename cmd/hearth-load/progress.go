package main

import (
	"context"
	"fmt"
	"time"
)

// progress writes a line each second until ctx is done.
func (l *load) progress(ctx context.Context, begun time.Time) {
	if l.quiet {
		return
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	last := uint64(0)
	for {
		select {
		case <-tick.C:
			packets := l.tally.packets.Load()
			fmt.Fprintln(l.stderr, l.line(time.Since(begun), packets-last))
			last = packets
		case <-ctx.Done():
			return
		}
	}
}

// line says how it goes. packets are those of the last second.
func (l *load) line(since time.Duration, packets uint64) string {
	t := l.tally
	line := fmt.Sprintf("%4ds  %d of %d in", int(since.Seconds()), len(l.present()), l.people())
	switch {
	case t.measuring.Load():
		line += fmt.Sprintf("  %d packets/s  latency p50 %s p99 %s (sound)", packets, ms(t.sound.quantile(0.5)), ms(t.sound.quantile(0.99)))
	case t.packets.Load() == 0:
		line += "  joining"
	default:
		line += "  leaving"
	}
	if n := t.storms.Load(); n > 0 {
		line += fmt.Sprintf("  storms %d", n)
	}
	if n := t.returns.Load(); n > 0 {
		line += fmt.Sprintf("  came back %d", n)
	}
	for _, c := range []struct {
		what  string
		codes *codes
	}{{"refused", &t.refused}, {"could not join", &t.failed}, {"lost", &t.ended}} {
		if all := c.codes.all(); len(all) > 0 {
			line += "  " + c.what + " " + tallied(all)
		}
	}
	return line
}
