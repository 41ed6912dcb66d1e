package relay

import (
	"encoding/binary"
	"testing"

	"github.com/pion/stun/v4"
)

// message is a STUN message of a type, with the attributes given.
func message(t testing.TB, typ stun.MessageType, more ...stun.Setter) []byte {
	t.Helper()
	m, err := stun.Build(append([]stun.Setter{stun.TransactionID, typ}, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	return m.Raw
}

func TestClassify(t *testing.T) {
	ask, say := stun.ClassRequest, stun.ClassIndication
	for name, c := range map[string]struct {
		b    []byte
		want kind
	}{
		"allocate":        {message(t, stun.NewType(stun.MethodAllocate, ask)), allocate},
		"with attributes": {message(t, stun.NewType(stun.MethodAllocate, ask), stun.NewRealm("hearth")), allocate},
		"binding":         {message(t, stun.NewType(stun.MethodBinding, ask)), binding},
		"refresh":         {message(t, stun.NewType(stun.MethodRefresh, ask)), request},
		"send":            {message(t, stun.NewType(stun.MethodSend, say)), data},
		"success":         {message(t, stun.NewType(stun.MethodAllocate, stun.ClassSuccessResponse)), garbage},
		"error":           {message(t, stun.NewType(stun.MethodAllocate, stun.ClassErrorResponse)), garbage},
		"channel":         {[]byte{0x40, 0, 0, 2, 1, 2}, data},
		"channel, padded": {[]byte{0x40, 0, 0, 1, 1, 0, 0, 0}, data},
		"channel, short":  {[]byte{0x40, 0, 0, 3, 1, 2}, garbage},
		"channel, beyond": {[]byte{0x50, 0, 0, 0}, garbage},
		"empty":           {nil, garbage},
		"rtp":             {append([]byte{0x80, 111}, make([]byte, 50)...), garbage},
		"other cookie":    {make([]byte, 20), garbage},
	} {
		if got := classify(c.b); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	cut := message(t, stun.NewType(stun.MethodAllocate, ask), stun.NewRealm("hearth"))
	if classify(cut[:len(cut)-4]) != garbage {
		t.Error("a message cut off")
	}
}

// What is let through is what the library would read in the same way.
func FuzzClassify(f *testing.F) {
	f.Add([]byte{0x40, 0, 0, 2, 1, 2})
	f.Add(message(f, stun.NewType(stun.MethodAllocate, stun.ClassRequest), stun.NewRealm("hearth")))
	f.Add(message(f, stun.NewType(stun.MethodSend, stun.ClassIndication)))
	f.Fuzz(func(t *testing.T, b []byte) {
		got := classify(b)
		if got == garbage {
			return
		}
		if b[0]&0xC0 == 0x40 {
			if n := int(binary.BigEndian.Uint16(b[2:])); got != data || n+channelHeader > len(b) {
				t.Fatalf("channel data of %d in %d", n, len(b))
			}
			return
		}
		var m stun.Message
		if !stun.IsMessage(b) {
			t.Fatal("not a message")
		}
		m.Type.ReadValue(binary.BigEndian.Uint16(b))
		want := map[stun.MessageClass]kind{stun.ClassRequest: request, stun.ClassIndication: data}[m.Type.Class]
		if m.Type.Class == stun.ClassRequest && m.Type.Method == stun.MethodAllocate {
			want = allocate
		}
		if m.Type == stun.BindingRequest {
			want = binding
		}
		if got != want {
			t.Fatalf("%d, want %d", got, want)
		}
	})
}
