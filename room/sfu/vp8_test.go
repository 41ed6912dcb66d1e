package sfu

import "testing"

func TestVP8Descriptor(t *testing.T) {
	for _, c := range []struct {
		name    string
		payload []byte
		ok      bool
		want    vp8
	}{
		{"empty", nil, false, vp8{}},
		{"alone", []byte{0x10}, false, vp8{}},
		{"plain keyframe", []byte{0x10, 0x00}, true, vp8{first: 0x10, size: 1, start: true, keyframe: true}},
		{"plain delta", []byte{0x10, 0x01}, true, vp8{first: 0x10, size: 1, start: true}},
		{"middle", []byte{0x00, 0x00}, true, vp8{size: 1}},
		{"second partition", []byte{0x11, 0x00}, true, vp8{first: 0x11, size: 1}},
		{"short id", []byte{0x90, 0x80, 0x11, 0}, true, vp8{first: 0x90, size: 3, start: true, keyframe: true, idBits: 7, id: 0x11}},
		{"long id", []byte{0x90, 0x80, 0x91, 0x22, 1}, true, vp8{first: 0x90, size: 4, start: true, idBits: 15, id: 0x1122}},
		{"all", []byte{0x90, 0xf0, 0x91, 0x22, 7, 0x65, 1}, true,
			vp8{first: 0x90, size: 6, start: true, idBits: 15, id: 0x1122, hasTL0: true, tl0: 7, hasTID: true, hasKey: true, layerByte: 0x65}},
		{"key alone", []byte{0x90, 0x10, 0x03, 0}, true, vp8{first: 0x90, size: 3, start: true, keyframe: true, hasKey: true, layerByte: 3}},
		{"cut id", []byte{0x90, 0x80, 0x91}, false, vp8{}},
		{"cut tl0", []byte{0x90, 0x40}, false, vp8{}},
		{"cut key", []byte{0x90, 0x10}, false, vp8{}},
		{"no frame", []byte{0x90, 0x80, 0x91, 0x22}, false, vp8{}},
	} {
		var d vp8
		if ok := parseVP8(c.payload, &d); ok != c.ok || ok && d != c.want {
			t.Errorf("%s: %v %+v", c.name, ok, d)
		}
	}
}

func FuzzVP8(f *testing.F) {
	f.Add([]byte{0x90, 0xf0, 0x91, 0x22, 7, 0x65, 1, 2, 3})
	f.Add([]byte{0x10, 0x00})
	f.Fuzz(func(t *testing.T, payload []byte) {
		var d vp8
		if !parseVP8(payload, &d) {
			return
		}
		// Rewritten in place it parses to the same, with the new numbers.
		buf := append(make([]byte, rtpHeader), payload...)
		p := packet{buf: buf, offset: rtpHeader, payload: buf[rtpHeader:], vp8: d}
		out := p.describe(vp8Numbers{id: 0x1234, tl0: 9, key: 5})
		var e vp8
		if !parseVP8(out, &e) {
			t.Fatal("the rewritten descriptor is none")
		}
		if e.id != 0x1234 || e.idBits != 15 || e.keyframe != d.keyframe || e.start != d.start ||
			e.hasTL0 != d.hasTL0 || e.hasTL0 && e.tl0 != 9 || e.hasKey != d.hasKey || e.hasKey && e.key() != 5 ||
			e.hasTID != d.hasTID || e.hasTID && (e.layerByte^d.layerByte)&^vp8KeyMask != 0 {
			t.Fatalf("%+v became %+v", d, e)
		}
		if string(out[e.size:]) != string(payload[d.size:]) {
			t.Fatal("the frame changed")
		}
	})
}
