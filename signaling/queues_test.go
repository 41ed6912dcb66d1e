package signaling

import (
	"bytes"
	"testing"
)

func TestReplayKeepsNoGap(t *testing.T) {
	var r replay
	for range 10 {
		r.keep([]byte{byte(r.next())})
	}
	if got, ok := r.since(7); !ok || len(got) != 3 || got[0][0] != 8 {
		t.Errorf("since 7: %v, %v", got, ok)
	}
	if got, ok := r.since(10); !ok || len(got) != 0 {
		t.Errorf("since 10: %v, %v", got, ok)
	}
	if _, ok := r.since(11); ok {
		t.Error("replays the future")
	}
	r.next()
	r.forget()
	if _, ok := r.since(10); ok {
		t.Error("replays over what was forgotten")
	}
	if _, ok := r.since(11); !ok {
		t.Error("knows nothing after what was forgotten")
	}
}

func TestReplayIsBounded(t *testing.T) {
	var r replay
	for range 3 * replayEvents {
		r.next()
		r.keep([]byte("x"))
	}
	if len(r.frames) != replayEvents {
		t.Errorf("%d frames kept", len(r.frames))
	}
	for range 10 {
		r.next()
		r.keep(make([]byte, replayBytes/4))
	}
	if r.bytes > replayBytes {
		t.Errorf("%d bytes kept", r.bytes)
	}
}

func TestAnswers(t *testing.T) {
	var a answers
	check := func(id int64, sum uint64, want verdict) {
		t.Helper()
		if got, _ := a.look(id, sum); got != want {
			t.Errorf("command %d: verdict %d, want %d", id, got, want)
		}
	}
	check(2, 22, doIt)
	check(2, 22, awaitIt)
	check(2, 23, refuseIt)
	a.settle(0, 2, []byte("ok"))
	check(2, 22, tellIt)
	check(1, 11, refuseIt)
	for i := range answersKept {
		check(int64(10+i), 1, doIt)
	}
	check(2, 22, refuseIt) // too long ago
	a.restart()
	check(2, 5, doIt)
	if a.settle(0, 2, []byte("of before")) {
		t.Error("an answer of before is still awaited")
	}
	check(2, 5, awaitIt)
}

func TestAnswersAreBounded(t *testing.T) {
	var a answers
	for i := range int64(50) {
		a.look(i+1, 0)
		a.settle(0, i+1, make([]byte, 30<<10))
	}
	if a.bytes > answersBytes || len(a.known) != len(a.order) {
		t.Errorf("%d bytes, %d known, %d in order", a.bytes, len(a.known), len(a.order))
	}
}

func TestOutboxOverflowsAsSlow(t *testing.T) {
	for name, size := range map[string]int{"frames": 1, "bytes": 10 << 10} {
		o := newOutbox()
		n := 0
		for ; n < 1000 && o.push(outFrame{data: make([]byte, size)}); n++ {
		}
		if n > outboxFrames || n*size > outboxBytes || n == 0 {
			t.Errorf("%s: %d queued", name, n)
		}
		frames, end := o.take()
		if len(frames) != 0 || end == nil || *end != closeSlow {
			t.Errorf("%s: %d frames left, end %v", name, len(frames), end)
		}
		if !o.push(outFrame{data: []byte("late")}) {
			t.Errorf("%s: overflows twice", name)
		}
	}
}

func TestOutboxKeepsOrderAndFirstEnd(t *testing.T) {
	o := newOutbox()
	o.push(outFrame{data: []byte("a")})
	o.push(outFrame{data: []byte("b")})
	o.finish(closeBye)
	o.finish(closeDrain)
	o.push(outFrame{data: []byte("c")})
	frames, end := o.take()
	if len(frames) != 2 || !bytes.Equal(frames[1].data, []byte("b")) || *end != closeBye {
		t.Errorf("took %v, %v", frames, end)
	}
}
