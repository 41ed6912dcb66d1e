package sfu

import "testing"

func TestWindow(t *testing.T) {
	type step struct {
		seq  uint16
		want arrival
	}
	for name, steps := range map[string][]step{
		"in order":        {{1, restart}, {2, fresh}, {3, fresh}},
		"wrap":            {{65534, restart}, {65535, fresh}, {0, fresh}, {1, fresh}, {65534, duplicate}},
		"gap and late":    {{1, restart}, {5, fresh}, {3, late}, {3, duplicate}, {4, late}, {2, late}, {5, duplicate}},
		"late over wrap":  {{65535, restart}, {2, fresh}, {0, late}, {0, duplicate}, {1, late}},
		"jump":            {{1, restart}, {1 + maxGapVideo, fresh}, {2 + 2*maxGapVideo, restart}},
		"one stale":       {{5000, restart}, {5000 - windowSize, stale}, {5001, fresh}, {5001 - windowSize, stale}},
		"restarted":       {{5000, restart}, {100, stale}, {101, restart}, {102, fresh}, {100, late}},
		"old bits clear":  {{0, restart}, {200, fresh}, {400, fresh}, {600, fresh}, {512, late}, {512, duplicate}},
		"stale at limit":  {{1000, restart}, {1000 - windowSize + 1, late}, {1000 - windowSize, stale}},
		"two stale apart": {{5000, restart}, {100, stale}, {300, stale}, {302, stale}},
	} {
		w := window{gap: maxGapVideo}
		for i, s := range steps {
			if got := w.accept(s.seq); got != s.want {
				t.Errorf("%s, step %d: %d, want %d", name, i, got, s.want)
			}
		}
	}
}

func TestWindowCountsCycles(t *testing.T) {
	w := window{gap: maxGapVideo}
	for seq := range uint32(3 << 16) {
		if seq%5 != 4 {
			w.accept(uint16(seq))
		}
	}
	if got := w.highest(); got != 3<<16-1 && got != 3<<16-2 {
		t.Errorf("highest %#x", got)
	}
}
