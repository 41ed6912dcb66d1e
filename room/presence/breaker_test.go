package presence

import (
	"testing"
	"time"
)

func TestBreakerRestsAfterThreeFailuresInARow(t *testing.T) {
	var b breaker
	now := time.Unix(1_000_000, 0)
	fails := func(n int) {
		for range n {
			b.failed(now)
		}
	}
	allows := func(what string, want bool) {
		t.Helper()
		if b.allow(now) != want {
			t.Fatalf("%s: allowed is %v", what, !want)
		}
	}
	fails(2)
	b.answered()
	fails(2)
	allows("two in a row", true)
	fails(1)
	allows("three in a row", false)
	now = now.Add(probeEvery - 1)
	allows("before the probe is due", false)
	now = now.Add(1)
	allows("the probe", true)
	allows("a second probe", false)
	fails(1)
	now = now.Add(probeEvery)
	allows("the next probe", true)
	b.answered()
	allows("after an answer", true)
	allows("and again", true)
}
