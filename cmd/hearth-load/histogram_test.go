package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
)

func TestHistogramBuckets(t *testing.T) {
	last := -1
	for v := uint64(0); v < 1<<40; v = v + 1 + v/97 {
		i := bucketOf(v)
		if i < last || i >= buckets {
			t.Fatalf("%d is in bucket %d after %d", v, i, last)
		}
		last = i
		if i == buckets-1 {
			continue // everything longer
		}
		if off := math.Abs(float64(middle(i)) - float64(v)); off > float64(v)/subBuckets {
			t.Fatalf("%d counts as %d", v, middle(i))
		}
	}
	if last != buckets-1 {
		t.Fatalf("the last bucket reached is %d of %d", last, buckets)
	}
}

func TestHistogramQuantiles(t *testing.T) {
	for name, c := range map[string]struct {
		add  []time.Duration
		q    float64
		want time.Duration
	}{
		"none":           {nil, 0.5, 0},
		"one":            {[]time.Duration{time.Second}, 0.01, time.Second},
		"lower half":     {[]time.Duration{1, 2, 3, 4}, 0.5, 2},
		"upper half":     {[]time.Duration{1, 2, 3, 4}, 0.51, 3},
		"all":            {[]time.Duration{1, 2, 3, 4}, 1, 4},
		"before its own": {[]time.Duration{-5, 7}, 0.5, 0},
		"very long":      {[]time.Duration{time.Hour}, 0.5, time.Hour},
	} {
		var h histogram
		for _, d := range c.add {
			h.add(d)
		}
		got := h.quantile(c.q)
		if off := math.Abs(float64(got - c.want)); off > float64(c.want)/subBuckets {
			t.Errorf("%s: %v, not %v", name, got, c.want)
		}
	}
}

// TestHistogramAgainstSorting compares with the exact quantiles.
func TestHistogramAgainstSorting(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var h histogram
	all := make([]time.Duration, 20000)
	for i := range all {
		all[i] = time.Duration(math.Exp(r.NormFloat64()*2 + 13))
		h.add(all[i])
	}
	slices.Sort(all)
	for _, q := range []float64{0.01, 0.5, 0.95, 0.99, 0.999} {
		want := all[int(math.Ceil(q*float64(len(all))))-1]
		got := h.quantile(q)
		if off := math.Abs(float64(got-want)) / float64(want); off > 1.0/subBuckets {
			t.Errorf("quantile %v is %v, not %v", q, got, want)
		}
	}
	if h.max() != all[len(all)-1] || h.count() != uint64(len(all)) {
		t.Errorf("max %v, count %d", h.max(), h.count())
	}
}

func TestHistogramConcurrently(t *testing.T) {
	var h histogram
	var work sync.WaitGroup
	for i := range 4 {
		work.Go(func() {
			for j := range 1000 {
				h.add(time.Duration(i*1000 + j))
			}
		})
	}
	work.Wait()
	if h.count() != 4000 || h.max() != 3999 {
		t.Errorf("count %d, max %v", h.count(), h.max())
	}
}
