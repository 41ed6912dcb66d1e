package red

import (
	"bytes"
	"errors"
	"slices"
	"testing"
)

func opus(timestamp uint32, data string) Block { return Block{111, timestamp, []byte(data)} }

// same compares blocks by what is in them.
func same(a, b []Block) bool {
	return slices.EqualFunc(a, b, func(x, y Block) bool {
		return x.PayloadType == y.PayloadType && x.Timestamp == y.Timestamp && bytes.Equal(x.Data, y.Data)
	})
}

// TestLayout compares with a payload put together by hand after RFC 2198.
func TestLayout(t *testing.T) {
	got := Append(nil, opus(3000, "new"), opus(1080, "older"), opus(2040, "old"))
	want := []byte{
		0x80 | 111, 1920 >> 6, 1920 << 2 & 0xff, 5,
		0x80 | 111, 960 >> 6, 960 << 2 & 0xff, 3,
		111,
	}
	want = append(want, "olderoldnew"...)
	if !bytes.Equal(got, want) {
		t.Fatalf("got  %x\nwant %x", got, want)
	}
}

func TestAppendAndParse(t *testing.T) {
	long := func(n int) string { return string(bytes.Repeat([]byte{7}, n)) }
	for _, c := range []struct {
		name      string
		primary   Block
		redundant []Block
		left      int // index of the one that is left out, -1: none
	}{
		{"alone", opus(1, "x"), nil, -1},
		{"one", opus(960, "x"), []Block{opus(0, "y")}, -1},
		{"two", opus(1920, "x"), []Block{opus(0, "y"), opus(960, "z")}, -1},
		{"over the wrap", opus(100, "x"), []Block{opus(1<<32-1820, "y")}, -1},
		{"silent primary", opus(960, ""), []Block{opus(0, "y")}, -1},
		{"furthest", opus(MaxOffset, "x"), []Block{opus(0, "y")}, -1},
		{"too far", opus(MaxOffset+1, "x"), []Block{opus(0, "y"), opus(900, "z")}, 0},
		{"longest", opus(960, "x"), []Block{opus(0, long(MaxLength))}, -1},
		{"too long", opus(1920, "x"), []Block{opus(0, long(MaxLength+1)), opus(960, "z")}, 0},
		{"empty", opus(1920, "x"), []Block{opus(0, "y"), opus(960, "")}, 1},
		{"of the same time", opus(960, "x"), []Block{opus(960, "y")}, 0},
		{"newer", opus(960, "x"), []Block{opus(961, "y")}, 0},
		{"a long primary", opus(960, long(1100)), []Block{opus(0, "y")}, -1},
	} {
		prefix := []byte("before")
		payload, ok := bytes.CutPrefix(Append(prefix, c.primary, c.redundant...), prefix)
		if !ok {
			t.Errorf("%s: does not append", c.name)
		}
		want := append(slices.Clone(c.redundant), c.primary)
		if c.left >= 0 {
			want = slices.Delete(want, c.left, c.left+1)
		}
		got, err := Parse(payload, c.primary.Timestamp, nil)
		if err != nil || !same(got, want) {
			t.Errorf("%s: %v, got %v, want %v", c.name, err, got, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	nine := Append(nil, opus(2000, "x"), slices.Repeat([]Block{opus(10, "y")}, MaxBlocks)...)
	for _, c := range []struct {
		name    string
		payload []byte
		err     error
	}{
		{"nothing", nil, ErrMalformed},
		{"half a header", []byte{0x80 | 111, 0}, ErrMalformed},
		{"no primary", []byte{0x80 | 111, 0, 4, 0}, ErrMalformed},
		{"too little data", []byte{0x80 | 111, 0, 4, 3, 111, 1, 2}, ErrMalformed},
		{"many blocks", nine, ErrTooManyBlocks},
	} {
		before := []Block{opus(5, "5")}
		got, err := Parse(c.payload, 0, before)
		if !errors.Is(err, c.err) || !same(got, before) {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
	eight := Append(nil, opus(2000, "x"), slices.Repeat([]Block{opus(10, "y")}, MaxBlocks-1)...)
	if got, err := Parse(eight, 2000, nil); err != nil || len(got) != MaxBlocks {
		t.Errorf("%d blocks: %v", len(got), err)
	}
}

// FuzzParse: whatever comes, blocks lie within the payload and cover it, and what can be
// written again reads the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte{111, 1}, uint32(0))
	f.Add(Append(nil, opus(3000, "new"), opus(1080, "older"), opus(2040, "old")), uint32(3000))
	f.Add([]byte{0x80 | 111, 0, 4, 3, 111, 1, 2}, uint32(1))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0}, uint32(1))
	f.Fuzz(func(t *testing.T, payload []byte, timestamp uint32) {
		blocks, err := Parse(payload, timestamp, nil)
		if err != nil {
			if len(blocks) > 0 {
				t.Fatal("blocks and an error")
			}
			return
		}
		size, repeats := 4*(len(blocks)-1)+1, true
		last := blocks[len(blocks)-1]
		for _, b := range blocks {
			size += len(b.Data)
		}
		for i := range blocks[:len(blocks)-1] {
			repeats = repeats && blocks[i].repeats(timestamp)
		}
		if size != len(payload) || last.Timestamp != timestamp {
			t.Fatalf("%d bytes in the blocks of %d", size, len(payload))
		}
		if again := Append(nil, last, blocks[:len(blocks)-1]...); repeats && !bytes.Equal(again, payload) {
			t.Fatalf("got %x\nwant %x", again, payload)
		}
	})
}
