package sfutest

import (
	"bytes"
	"testing"
)

func TestH264FramesAreReadAgain(t *testing.T) {
	for _, f := range []Frame{{0, 0, 0, false}, {7, 1 << 24, 3, true}, {1<<32 - 1, 0, 1, false}} {
		units := f.NALs()
		if got, ok := ReadFrame(units); !ok || got != f {
			t.Errorf("%+v came back as %+v", f, got)
		}
		for _, u := range units {
			if bytes.Contains(u, []byte{0, 0, 0}) || bytes.Contains(u, []byte{0, 0, 1}) || u[len(u)-1] == 0 {
				t.Errorf("%+v: NAL unit %#x holds a start code", f, u[0])
			}
		}
		if key := len(units) == 4; key != (f.Since == 0) {
			t.Errorf("%+v: %d NAL units", f, len(units))
		}
	}
	if _, ok := ReadFrame([][]byte{{nalSEI, 5}, {nalDelta}}); ok {
		t.Error("a frame of nobody")
	}
}

func TestExpGolomb(t *testing.T) {
	b := &bits{}
	b.ue(0, 1, 2, 3, 7) // 1 010 011 00100 0001000
	b.align()
	if want := []byte{0b10100110, 0b01000001, 0}; !bytes.Equal(b.done, want) {
		t.Errorf("%08b", b.done)
	}
}
