package sfu

import (
	"encoding/binary"
	"testing"
)

func TestH264Payloads(t *testing.T) {
	stap := func(units ...[]byte) []byte {
		b := []byte{typeSTAPA}
		for _, u := range units {
			b = append(binary.BigEndian.AppendUint16(b, uint16(len(u))), u...)
		}
		return b
	}
	sps, pps, idr, delta := []byte{0x67, 1, 2}, []byte{0x68, 3}, []byte{0x65, 4, 5}, []byte{0x41, 6}
	for _, c := range []struct {
		name    string
		payload []byte
		ok      bool
		want    nals
	}{
		{"empty", nil, false, 0},
		{"delta", delta, true, 0},
		{"IDR", idr, true, nalKey},
		{"header alone", []byte{0x65}, true, nalKey},
		{"sequence", sps, true, nalSequence},
		{"picture", pps, true, nalPicture},
		{"delimiter", []byte{0x09, 0x10}, true, 0},
		{"type 0", []byte{0x60, 1}, false, 0},
		{"broken", []byte{0xe5, 1}, false, 0},
		{"reserved", []byte{0x7e, 1}, false, 0},
		{"STAP-B", []byte{0x79, 0, 0, 0, 1, 0x65}, false, 0},
		{"MTAP16", []byte{0x7a, 0, 0, 0, 1, 0x65}, false, 0},
		{"FU-B", []byte{0x7d, fuStart | typeIDR, 0, 0, 1}, false, 0},
		{"STAP-A of sets", stap(sps, pps), true, nalSequence | nalPicture},
		{"STAP-A of all", stap(sps, pps, idr), true, nalSequence | nalPicture | nalKey},
		{"STAP-A of deltas", stap(delta, delta), true, 0},
		{"STAP-A of nothing", stap(), false, 0},
		{"STAP-A of an empty unit", stap(nil), false, 0},
		{"STAP-A cut in a size", append(stap(sps), 0), false, 0},
		{"STAP-A cut in a unit", stap(sps, pps)[:8], false, 0},
		{"STAP-A with a size too large", []byte{typeSTAPA, 0, 3, 0x67, 1}, false, 0},
		{"STAP-A in a STAP-A", stap(sps, stap(pps)), false, 0},
		{"STAP-A with a broken unit", stap(sps, []byte{0x85, 1}), false, 0},
		{"FU-A begins an IDR", []byte{0x7c, fuStart | typeIDR, 1}, true, nalKey},
		{"FU-A goes on", []byte{0x7c, typeIDR, 1}, true, 0},
		{"FU-A ends", []byte{0x7c, fuEnd | typeIDR, 1}, true, 0},
		{"FU-A begins a delta", []byte{0x5c, fuStart | 1, 1}, true, 0},
		{"FU-A begins and ends", []byte{0x7c, fuStart | fuEnd | typeIDR, 1}, false, 0},
		{"FU-A of a packet", []byte{0x7c, fuStart | typeFUA, 1}, false, 0},
		{"FU-A of nothing", []byte{0x7c, fuStart | typeIDR}, false, 0},
	} {
		if got, ok := parseH264(c.payload); ok != c.ok || ok && got != c.want {
			t.Errorf("%s: %v %v", c.name, got, ok)
		}
	}
}

// Only headers are read: whatever the units hold, the answer is the same.
func FuzzH264(f *testing.F) {
	f.Add([]byte{0x65, 1, 2, 3}, byte(7))
	f.Add([]byte{typeSTAPA, 0, 2, 0x67, 1, 0, 2, 0x68, 2, 0, 1, 0x65}, byte(0))
	f.Add([]byte{0x7c, fuStart | typeIDR, 1, 2}, byte(255))
	f.Fuzz(func(t *testing.T, payload []byte, other byte) {
		got, ok := parseH264(payload)
		if !ok {
			if got != 0 {
				t.Fatalf("refused with %v", got)
			}
			return
		}
		changed := append([]byte(nil), payload...)
		switch payload[0] & nalType {
		case typeSTAPA:
			for at := 1; at < len(changed); {
				end := at + staSize + int(binary.BigEndian.Uint16(changed[at:]))
				fill(changed[at+staSize+1:end], other)
				at = end
			}
		case typeFUA:
			fill(changed[2:], other)
		default:
			fill(changed[1:], other)
		}
		if again, ok := parseH264(changed); !ok || again != got {
			t.Fatalf("%v became %v %v: something besides headers was read", got, again, ok)
		}
	})
}

func fill(b []byte, with byte) {
	for i := range b {
		b[i] = with
	}
}

func TestAnAccessUnitBegins(t *testing.T) {
	type step struct {
		have  nals
		seq   uint16
		stamp uint32
	}
	const sets = nalSequence | nalPicture
	for name, c := range map[string]struct {
		steps []step
		first uint16 // of the last step
		ok    bool
	}{
		"all in one packet":              {[]step{{sets | nalKey, 9, 1}}, 9, true},
		"sets before":                    {[]step{{sets, 9, 1}, {nalKey, 10, 1}}, 9, true},
		"each of its own":                {[]step{{nalSequence, 9, 1}, {nalPicture, 10, 1}, {0, 11, 1}, {nalKey, 12, 1}}, 9, true},
		"over the wrap":                  {[]step{{sets, 65535, 1}, {nalKey, 0, 1}}, 65535, true},
		"without sets":                   {[]step{{0, 8, 0}, {nalKey, 9, 1}}, 0, false},
		"without the picture's":          {[]step{{nalSequence, 8, 1}, {nalKey, 9, 1}}, 0, false},
		"without the sequence's":         {[]step{{nalPicture, 8, 1}, {nalKey, 9, 1}}, 0, false},
		"sets of another picture":        {[]step{{sets, 8, 1}, {nalKey, 9, 2}}, 0, false},
		"sets before a delta":            {[]step{{sets, 8, 1}, {0, 9, 1}, {0, 10, 2}, {nalKey, 11, 2}}, 0, false},
		"a second slice":                 {[]step{{sets, 8, 1}, {nalKey, 9, 1}, {nalKey, 10, 1}}, 0, false},
		"sets twice":                     {[]step{{sets, 8, 1}, {sets, 9, 1}, {nalKey, 10, 1}}, 8, true},
		"the next picture":               {[]step{{sets, 8, 1}, {nalKey, 9, 1}, {0, 10, 2}, {sets, 11, 3}, {nalKey, 12, 3}}, 11, true},
		"too far":                        {[]step{{sets, 8, 1}, {nalKey, 8 + maxSets, 1}}, 0, false},
		"stamps that come round to zero": {[]step{{0, 7, 0}, {nalKey, 8, 0}}, 0, false},
	} {
		var a accessUnit
		var first uint16
		var ok bool
		for _, s := range c.steps {
			first, ok = a.take(s.have, s.seq, s.stamp)
		}
		if first != c.first || ok != c.ok {
			t.Errorf("%s: %d %v", name, first, ok)
		}
	}
}
