package relay

import (
	"encoding/binary"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun/v4"
)

// raw is a client without a library: it says what the test wants, and is as
// fast as the sockets are.
type raw struct {
	t     testing.TB
	conn  net.Conn
	c     Credential
	nonce stun.Nonce
	buf   [2048]byte
}

func dialRaw(t testing.TB, s *Server, c Credential) *raw {
	return &raw{t: t, conn: knock(t, s), c: c}
}

// attribute is any attribute of a message.
type attribute struct {
	kind  stun.AttrType
	value []byte
}

func (a attribute) AddTo(m *stun.Message) error { m.Add(a.kind, a.value); return nil }

// ask sends an authenticated request and returns the answer, the second if the
// first only brings a nonce.
func (r *raw) ask(method stun.Method, more ...stun.Setter) *stun.Message {
	r.t.Helper()
	for {
		all := append([]stun.Setter{stun.TransactionID, stun.NewType(method, stun.ClassRequest)}, more...)
		if r.nonce != nil {
			all = append(all, stun.NewUsername(r.c.Username), stun.NewRealm(Realm), r.nonce, stun.NewLongTermIntegrity(r.c.Username, Realm, r.c.Password))
		}
		m, err := stun.Build(all...)
		if err != nil {
			r.t.Fatal(err)
		}
		answer := r.exchange(m.Raw)
		if answer == nil || r.nonce != nil {
			return answer
		}
		if err := r.nonce.GetFrom(answer); err != nil {
			r.t.Fatal("no nonce")
		}
	}
}

// exchange sends bytes and returns the answer, nil for none.
func (r *raw) exchange(b []byte) *stun.Message {
	_, _ = r.conn.Write(b)
	_ = r.conn.SetReadDeadline(time.Now().Add(500 * time.Millisecond))
	n, err := r.conn.Read(r.buf[:])
	if err != nil {
		return nil
	}
	m := &stun.Message{Raw: append([]byte(nil), r.buf[:n]...)}
	if m.Decode() != nil {
		return nil
	}
	return m
}

// code is the error in an answer, 0 for none.
func code(m *stun.Message) int {
	var e stun.ErrorCodeAttribute
	if m == nil || e.GetFrom(m) != nil {
		return 0
	}
	return int(e.Code)
}

var overUDP = attribute{stun.AttrRequestedTransport, []byte{17, 0, 0, 0}}

func (r *raw) allocate(more ...stun.Setter) *stun.Message {
	return r.ask(stun.MethodAllocate, append([]stun.Setter{overUDP}, more...)...)
}

// bind binds a channel to a peer.
func (r *raw) bind(channel uint16, to netip.AddrPort) *stun.Message {
	number := binary.BigEndian.AppendUint16(nil, channel)
	return r.ask(stun.MethodChannelBind, attribute{stun.AttrChannelNumber, append(number, 0, 0)}, peerAddress(to))
}

// peerAddress is XOR-PEER-ADDRESS.
func peerAddress(to netip.AddrPort) stun.Setter { return xorPeer(to) }

type xorPeer netip.AddrPort

func (x xorPeer) AddTo(m *stun.Message) error {
	at := netip.AddrPort(x)
	return stun.XORMappedAddress{IP: at.Addr().AsSlice(), Port: int(at.Port())}.AddToAs(m, stun.AttrXORPeerAddress)
}

// channelData is a payload on a channel.
func channelData(channel uint16, payload []byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, channel)
	return append(binary.BigEndian.AppendUint16(b, uint16(len(payload))), payload...)
}

func TestProtocol(t *testing.T) {
	s := openTest(t, nil)
	c, _ := grant(t, s)
	r := dialRaw(t, s, c)
	m := r.allocate()
	if m == nil || m.Type.Class != stun.ClassSuccessResponse {
		t.Fatalf("error %d", code(m))
	}
	var relayed stun.XORMappedAddress
	if err := relayed.GetFromAs(m, stun.AttrXORRelayedAddress); err != nil || !relayed.IP.IsLoopback() {
		t.Errorf("relayed address: %v", err)
	}
	if m.Contains(stun.AttrSoftware) {
		t.Error("it says what it is")
	}
	if got := code(r.bind(0x4000, netip.MustParseAddrPort("10.1.1.1:7881"))); got == 0 {
		t.Error("a channel to somebody else")
	}
	if m := r.bind(0x4000, s.config.Media); m == nil || code(m) != 0 {
		t.Fatalf("channel: %d", code(m))
	}
	_, _ = r.conn.Write(channelData(0x4000, []byte("abcd")))
	n, err := r.conn.Read(r.buf[:])
	if err != nil || string(r.buf[:n]) != string(channelData(0x4000, []byte("abcd"))) {
		t.Errorf("%q %v", r.buf[:n], err)
	}
}

// What is refused, and with which error.
func TestRefusedAllocations(t *testing.T) {
	s := openTest(t, nil)
	c, _ := grant(t, s)
	for name, tc := range map[string]struct {
		with stun.Setter
		code int
	}{
		"tcp":          {attribute{stun.AttrRequestedTransport, []byte{6, 0, 0, 0}}, 508},
		"sctp":         {attribute{stun.AttrRequestedTransport, []byte{132, 0, 0, 0}}, 442},
		"even port":    {attribute{stun.AttrEvenPort, []byte{0x80}}, 508},
		"reservation":  {attribute{stun.AttrReservationToken, make([]byte, 8)}, 508},
		"ipv6":         {attribute{stun.AttrRequestedAddressFamily, []byte{2, 0, 0, 0}}, 508},
		"other family": {attribute{stun.AttrRequestedAddressFamily, []byte{9, 0, 0, 0}}, 440},
	} {
		var m *stun.Message
		if a, ok := tc.with.(attribute); ok && a.kind == stun.AttrRequestedTransport {
			m = dialRaw(t, s, c).ask(stun.MethodAllocate, tc.with)
		} else {
			m = dialRaw(t, s, c).allocate(tc.with)
		}
		if code(m) != tc.code {
			t.Errorf("%s: %d, want %d", name, code(m), tc.code)
		}
	}
	if s.Stats().Allocated != 0 {
		t.Error("allocated")
	}
}

// Whether a name exists or not, a wrong password is answered in the same way.
func TestNamesAreNotTold(t *testing.T) {
	s := openTest(t, nil)
	c, _ := grant(t, s)
	known := dialRaw(t, s, Credential{c.Username, "wrong"}).allocate()
	unknown := dialRaw(t, s, Credential{"nobody-with-such-a-name-0", "wrong"}).allocate()
	if code(known) != 401 || code(unknown) != 401 || known.Length != unknown.Length {
		t.Errorf("%d of %d bytes, %d of %d", code(known), known.Length, code(unknown), unknown.Length)
	}
}

// Behind a lifetime of an hour there is still the end of the credential.
func TestLifetime(t *testing.T) {
	s := openTest(t, nil)
	c, revoke := grant(t, s)
	hour := binary.BigEndian.AppendUint32(nil, 3599)
	for _, tc := range []struct{ asked, got []byte }{{hour, hour}, {[]byte{0xff, 0xff, 0xff, 0xff}, []byte{0, 0, 2, 88}}} {
		m := dialRaw(t, s, c).allocate(attribute{stun.AttrLifetime, tc.asked})
		if got, err := m.Get(stun.AttrLifetime); err != nil || string(got) != string(tc.got) {
			t.Errorf("%x: %x %v", tc.asked, got, err)
		}
	}
	revoke()
	if s.Stats().Allocations != 0 {
		t.Error("still there")
	}
}

// With an allocation, garbage reaches the library: it bears it.
func TestGarbageOfClients(t *testing.T) {
	s := openTest(t, nil)
	c, _ := grant(t, s)
	other := allocated(t, s, c, false)
	for seed := range byte(8) {
		r := dialRaw(t, s, c)
		if m := r.allocate(); code(m) != 0 {
			t.Fatal(code(m))
		}
		base := message(t, stun.NewType(stun.Method(1+seed), stun.ClassRequest), stun.NewUsername(c.Username), stun.NewRealm(Realm), r.nonce,
			peerAddress(s.config.Media), attribute{stun.AttrData, make([]byte, 50)}, stun.NewLongTermIntegrity(c.Username, Realm, c.Password))
		for i := range 2 * len(base) {
			b := append([]byte(nil), base...)
			b[i%len(b)] ^= 1 << (i % 8)
			_, _ = r.conn.Write(b)
			_, _ = r.conn.Write(channelData(0x4000+uint16(i), b[:i%len(b)]))
		}
	}
	if !answers(t, other, s.config.Media, patience) {
		t.Error("it is gone")
	}
}
