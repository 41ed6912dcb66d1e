package sfutest

import "testing"

func TestTag(t *testing.T) {
	before := Now()
	sound := append([]byte{0x78}, tag(7, 9)...)
	picture := append([]byte{0x90, 0xf0, 0x80, 1, 2, 0x23, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}, tag(7, 9)...)
	for name, p := range map[string]Packet{
		"sound":   {Payload: append(sound, 0, 0)},
		"picture": {Video: true, Payload: picture},
	} {
		who, frame, ok := p.Tag()
		if !ok || who != 7 || frame != 9 {
			t.Errorf("%s: tag %d %d %v", name, who, frame, ok)
		}
		if at, ok := p.SentAt(); !ok || at < before || at > Now() {
			t.Errorf("%s: sent at %d %v, not between %d and now", name, at, ok, before)
		}
		p.Payload = p.Payload[:len(p.Payload)-3]
		if _, ok := p.SentAt(); ok {
			t.Errorf("%s: a short payload has a time", name)
		}
		p.Payload = p.Payload[:len(p.Payload)-whoseSize]
		if _, _, ok := p.Tag(); ok {
			t.Errorf("%s: a short payload has a tag", name)
		}
	}
}
