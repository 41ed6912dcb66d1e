//go:build unix

package sfu

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"hearth/room/sfu/batch"
	"hearth/room/sfu/sfutest"

	"github.com/pion/ice/v4"
)

// Participants in a process of their own, so that what they need is not in the
// CPU time of the benchmarks. While measured they are stopped: they read
// nothing, and the kernel drops at the end of the way.

// farVariable makes TestFarParticipants be such a process.
const farVariable = "HEARTH_BENCH_FAR"

// TestFarParticipants is no test, but the process of the participants: it
// prints their offers, reads the answers, says when all are connected, and
// stays until its input ends.
func TestFarParticipants(t *testing.T) {
	if os.Getenv(farVariable) == "" {
		t.Skip("is for the benchmarks")
	}
	out, in := json.NewEncoder(os.Stdout), bufio.NewReader(os.Stdin)
	var all []*sfutest.Participant
	for range listeners {
		p, err := sfutest.New(sfutest.Config{Seats: listeners + 1})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		all = append(all, p)
		_ = out.Encode(p.Offer())
	}
	answers := json.NewDecoder(in)
	for _, p := range all {
		var answer string
		if err := answers.Decode(&answer); err != nil {
			t.Fatal(err)
		}
		if err := p.Answer(answer); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range all {
		<-p.Connected()
	}
	_ = out.Encode("connected")
	var end string
	_ = answers.Decode(&end)
}

// far is that process, as the benchmark sees it.
type far struct {
	cmd *exec.Cmd
	in  *json.Encoder
	out *json.Decoder
}

func startFar(b *testing.B) *far {
	f := &far{cmd: exec.Command(os.Args[0], "-test.run=^TestFarParticipants$")}
	f.cmd.Env = append(os.Environ(), farVariable+"=1")
	in, err := f.cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := f.cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := f.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = f.cmd.Process.Kill(); _ = f.cmd.Wait() })
	time.AfterFunc(time.Minute, func() { _ = f.cmd.Process.Kill() }) // nothing below waits for ever
	f.in, f.out = json.NewEncoder(in), json.NewDecoder(out)
	return f
}

// join connects all of them to a circle, on the seats from 1 on.
func (f *far) join(b *testing.B, c *Circle) {
	var answers []string
	var peers []*Peer
	for i := range listeners {
		var offer string
		if err := f.out.Decode(&offer); err != nil {
			b.Fatal(err)
		}
		p, answer, err := c.Connect(context.Background(), offer, nil)
		if err != nil {
			b.Fatal(err)
		}
		p.Allow(full(i + 1))
		answers, peers = append(answers, answer), append(peers, p)
	}
	for _, answer := range answers { // all offers are read: neither waits for the other
		if err := f.in.Encode(answer); err != nil {
			b.Fatal(err)
		}
	}
	var connected string
	if err := f.out.Decode(&connected); err != nil {
		b.Fatal(err)
	}
	for _, p := range peers {
		eventually(b, "connected", p.ready.Load)
	}
}

// deaf stops the participants until awake.
func (f *far) deaf()  { _ = f.cmd.Process.Signal(syscall.SIGSTOP) }
func (f *far) awake() { _ = f.cmd.Process.Signal(syscall.SIGCONT) }

// openStill is an SFU on loopback whose tick does not run: what is shown is
// the benchmark's choice, and the tick's cost is not in it.
func openStill(b *testing.B, config Config) *SFU {
	config.UDP = "127.0.0.1:0"
	s := &SFU{born: time.Now(), closed: make(chan struct{}), wake: make(chan struct{}, 1)}
	s.stack = newStackLog(config.logger(), &s.stats)
	if _, err := s.cert.get(s.born); err != nil {
		b.Fatal(err)
	}
	if err := s.listen(config); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s
}

// bare is a publisher on seat 0 without a connection.
func bare(b *testing.B, c *Circle) *Peer {
	p := newPeer(c, bareOffer(c.seats), func() {})
	if err := c.add(p); err != nil {
		b.Fatal(err)
	}
	c.allow(p, Grant{Seat: 0, Audio: true, Video: true})
	return p
}

// discardingSocket sends nothing once it is told to.
type discardingSocket struct {
	*batch.Conn
	discards atomic.Bool
}

func (d *discardingSocket) WriteTo(b []byte, to net.Addr) (int, error) {
	if d.discards.Load() {
		return len(b), nil
	}
	return d.Conn.WriteTo(b, to)
}

func (d *discardingSocket) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	if d.discards.Load() {
		return len(b), nil
	}
	return d.Conn.WriteToAddrPort(b, to)
}

// discarding puts such a socket under an SFU, in place of its own.
func discarding(b *testing.B, s *SFU) *discardingSocket {
	b.Helper()
	_ = s.udp.Close()
	udp, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(s.UDPAddr()))
	if err != nil {
		b.Fatal(err)
	}
	conn, err := batch.Open(udp, batch.Options{})
	if err != nil {
		b.Fatal(err)
	}
	d := &discardingSocket{Conn: conn}
	s.udp = &sharedUDP{ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: d, Logger: sfutest.Silence{}}), conn, []net.Addr{conn.LocalAddr()}}
	return d
}

// benchKinds are a voice and the high layer of a camera.
var benchKinds = []struct {
	name string
	line int
	rid  string
}{{"sound", lineMic, ""}, {"picture", lineCamera, ridHigh}}

// benchConnected is a publisher without a connection, and 16 participants with
// real ones who get what it sends but do not read it.
func benchConnected(b *testing.B, sfu *SFU, line int, rid string) *benchSender {
	c, f := sfu.Circle(listeners+1), startFar(b)
	f.join(b, c)
	s := benchSends(bare(b, c), line, rid, false)
	if s.from.video {
		s.shown()
	}
	s.send(false) // pion learns of the stream
	f.deaf()
	b.Cleanup(f.awake)
	return s
}

// all sends to everybody as often as the benchmark wants.
func (s *benchSender) all(b *testing.B, m meter) {
	before := s.peer.circle.sfu.Stats().PacketsForwarded
	for b.Loop() {
		s.send(false)
	}
	m.each(uint64(b.N) * listeners)
	if sent := s.peer.circle.sfu.Stats().PacketsForwarded - before; sent != uint64(b.N)*listeners {
		b.Fatalf("%d packets forwarded of %d", sent, b.N*listeners)
	}
}

// BenchmarkForwardDiscarded is one packet from the tap to a socket that
// discards it: the packet path, pion's SRTP with AES-GCM and ICE, without the
// kernel. Its floor has none, either.
func BenchmarkForwardDiscarded(b *testing.B) {
	for _, kind := range benchKinds {
		b.Run(kind.name, func(b *testing.B) {
			sfu := openStill(b, Config{Plain: true})
			socket := discarding(b, sfu)
			s := benchConnected(b, sfu, kind.line, kind.rid)
			socket.discards.Store(true)
			s.all(b, openFloor(b, len(s.from.made)).discarding().meter(b))
		})
	}
}

// BenchmarkUDP is one packet from the tap to the sockets of 16 participants
// with real connections: the packet path, pion's SRTP with AES-GCM and ICE,
// and the kernel.
func BenchmarkUDP(b *testing.B) {
	for _, way := range []struct {
		name   string
		config Config
	}{{"plain", Config{Plain: true}}, {"batched", Config{}}} {
		for _, kind := range benchKinds {
			b.Run(way.name+"/"+kind.name, func(b *testing.B) {
				sfu := openStill(b, way.config)
				s := benchConnected(b, sfu, kind.line, kind.rid)
				before := sfu.Stats()
				s.all(b, startMeter(b, len(s.from.made)))
				after := sfu.Stats()
				b.ReportMetric(float64(after.SendCalls-before.SendCalls)/float64(uint64(b.N)*listeners), "calls/packet")
				if after.Unsent != before.Unsent {
					b.Errorf("lost at the socket: %v", after.Unsent)
				}
			})
		}
	}
}
