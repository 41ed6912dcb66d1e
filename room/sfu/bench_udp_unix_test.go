//go:build unix

package sfu

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"hearth/room/sfu/sfutest"
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

// BenchmarkUDP is one packet from the tap to the sockets of 16 participants
// with real connections: the packet path, pion's SRTP with AES-GCM and ICE,
// and the kernel.
func BenchmarkUDP(b *testing.B) {
	for _, way := range []struct {
		name   string
		config Config
	}{{"plain", Config{Plain: true}}, {"batched", Config{}}} {
		for _, kind := range []struct {
			name string
			line int
			rid  string
		}{{"sound", lineMic, ""}, {"picture", lineCamera, ridHigh}} {
			b.Run(way.name+"/"+kind.name, func(b *testing.B) {
				sfu := openStill(b, way.config)
				c := sfu.Circle(listeners + 1)
				f := startFar(b)
				f.join(b, c)
				s := benchSends(bare(b, c), kind.line, kind.rid, false)
				if s.from.video {
					s.shown()
				}
				s.send(false) // pion learns of the stream
				f.deaf()
				defer f.awake()
				before := sfu.Stats()
				m := startMeter(b, len(s.from.made))
				for b.Loop() {
					s.send(false)
				}
				m.each(uint64(b.N) * listeners)
				after := sfu.Stats()
				b.ReportMetric(float64(after.SendCalls-before.SendCalls)/float64(uint64(b.N)*listeners), "calls/packet")
				if after.Unsent != before.Unsent {
					b.Errorf("lost at the socket: %v", after.Unsent)
				}
				if after.PacketsForwarded-before.PacketsForwarded != uint64(b.N)*listeners {
					b.Fatalf("%d packets forwarded of %d", after.PacketsForwarded-before.PacketsForwarded, b.N*listeners)
				}
			})
		}
	}
}
