package sfu

import (
	"encoding/binary"
	"net"
	"net/netip"
	"testing"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// Sizes of RTP packets, headers included: a voice, and a full packet of a
// picture.
const (
	soundSize   = 120
	pictureSize = 1100
)

// listeners is how many a packet goes to in a full circle.
const listeners = 16

// floor is the least that a forwarded packet can cost: to encrypt it and to
// hand it to the kernel, for one listener after the other, and nothing else.
type floor struct {
	socket *net.UDPConn // nil to discard what it would send
	keys   []*srtp.Context
	to     []netip.AddrPort
	plain  []byte
	cipher []byte
	header rtp.Header // scratch of the encryption
}

func openFloor(b testing.TB, size int) *floor {
	f := &floor{socket: openSocket(b), plain: make([]byte, size), cipher: make([]byte, 1500)}
	f.plain[0], f.plain[11] = 2<<6, 1 // version and SSRC
	for range listeners {
		key, err := srtp.CreateContext(make([]byte, 16), make([]byte, 12), srtp.ProtectionProfileAeadAes128Gcm)
		if err != nil {
			b.Fatal(err)
		}
		deaf := openSocket(b)
		_ = deaf.SetReadBuffer(1)
		f.keys, f.to = append(f.keys, key), append(f.to, deaf.LocalAddr().(*net.UDPAddr).AddrPort())
	}
	return f
}

func openSocket(b testing.TB) *net.UDPConn {
	c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close() })
	return c
}

// send encrypts and sends one packet to everybody.
func (f *floor) send(b testing.TB) {
	binary.BigEndian.PutUint16(f.plain[2:], binary.BigEndian.Uint16(f.plain[2:])+1)
	for i, key := range f.keys {
		out, err := key.EncryptRTP(f.cipher, f.plain, &f.header)
		if err == nil && f.socket != nil {
			_, err = f.socket.WriteToUDPAddrPort(out, f.to[i])
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// floorRounds take about a tenth of a second.
const floorRounds = 1000

// cost is what one packet of the floor costs now, in CPU nanoseconds.
func (f *floor) cost(b testing.TB) float64 {
	user, system := cpuTime()
	for range floorRounds {
		f.send(b)
	}
	u, s := cpuTime()
	return float64(u-user+s-system) / (floorRounds * listeners)
}

// discarding leaves the socket out: the packets are encrypted and thrown away.
func (f *floor) discarding() *floor {
	f.socket = nil
	return f
}

// BenchmarkFloor is what every other figure is compared with. Its own ratio
// says how far the machine can be trusted: it should be 1.
func BenchmarkFloor(b *testing.B) {
	for name, size := range map[string]int{"sound": soundSize, "picture": pictureSize} {
		b.Run(name, func(b *testing.B) { openFloor(b, size).bench(b) })
		b.Run(name+"/discarded", func(b *testing.B) { openFloor(b, size).discarding().bench(b) })
	}
}

// bench compares the floor with itself.
func (f *floor) bench(b *testing.B) {
	m := f.meter(b)
	for b.Loop() {
		f.send(b)
	}
	m.each(uint64(b.N) * listeners)
}
