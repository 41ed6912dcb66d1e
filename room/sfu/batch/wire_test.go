package batch

import (
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"
)

// scripted is a wire that asks the test first. Answers of the script: a
// number of runs taken (and thrown away), an error, or neither to let the
// wire below send.
type scripted struct {
	script func(b *batch, wait bool) (int, error)
	below  wire
}

func (s *scripted) send(b *batch, wait bool) (int, error) {
	n, err := s.script(b, wait)
	if n == 0 && err == nil {
		return s.below.send(b, wait)
	}
	return n, err
}

// fake is a Conn over a wire that only the script answers; on every system.
func fake(t *testing.T, o Options, script func(b *batch, wait bool) (int, error)) *Conn {
	t.Helper()
	c := open(t, "127.0.0.1:0", Options{})
	c.segment.Store(o.Segment)
	c.start(&scripted{script: script}, o)
	return c
}

// all takes whatever it is given.
func all(b *batch, _ bool) (int, error) { return len(b.runs) - b.done, nil }

// Segments are refused, one by one or all of them: everything arrives, and
// UDP_SEGMENT is given up only where it cannot work.
func TestRefusedSegmentsAreSentSingly(t *testing.T) {
	for _, x := range []struct {
		errno  syscall.Errno
		bursts int
		still  bool
	}{
		{syscall.EIO, 1, false}, {syscall.ENOPROTOOPT, 1, false},
		{syscall.EINVAL, 1, true}, {syscall.EMSGSIZE, mostStrikes, false}, {syscall.EPERM, 20, true},
	} {
		t.Run(x.errno.Error(), func(t *testing.T) {
			c, peer := open(t, "127.0.0.1:0", Options{Batch: true, Segment: true}), listen(t, "127.0.0.1:0")
			if !c.Stats().Segmenting {
				t.Skip("no UDP_SEGMENT here")
			}
			c.wire = &scripted{below: c.wire, script: func(b *batch, _ bool) (int, error) {
				if b.runs[b.done].count > 1 {
					return 0, x.errno
				}
				if len(b.runs) > b.done+1 && b.runs[b.done+1].count > 1 {
					return 0, syscall.EINTR // the script refuses the first run of a call alone
				}
				return 0, nil
			}}
			n := uint32(0)
			for range x.bursts {
				c.Cork()
				for range 4 {
					_, _ = c.WriteToAddrPort(datagram(make([]byte, 1000), n), addrOf(peer))
					n++
				}
				c.Uncork()
			}
			expect(t, peer, int(n))
			s := c.Stats()
			if s.Segmenting != x.still || s.Refusals != uint64(x.bursts) || s.Segmented != 0 || total(s.Dropped) != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// The errors of one peer's datagrams lose those and nothing else, whatever
// the error is; each has a name.
func TestErrorsLoseOneDatagram(t *testing.T) {
	for errno, reason := range map[syscall.Errno]Reason{
		syscall.ECONNREFUSED: DropRefused, syscall.EPERM: DropDenied, syscall.EACCES: DropDenied,
		syscall.ENOBUFS: DropMemory, syscall.EMSGSIZE: DropSize, syscall.ENETUNREACH: DropUnreachable,
		syscall.EHOSTUNREACH: DropUnreachable, syscall.EINVAL: DropOther, syscall.EIO: DropOther,
	} {
		t.Run(reason.String(), func(t *testing.T) {
			bad := peerAddr(3)
			taken := 0
			c := fake(t, Options{}, func(b *batch, _ bool) (int, error) {
				for i, r := range b.runs[b.done:] {
					if b.slots[r.first].to == bad {
						if i == 0 {
							return 0, errno
						}
						taken += i
						return i, nil
					}
				}
				taken += len(b.runs) - b.done
				return len(b.runs) - b.done, nil
			})
			c.Cork()
			for i := range 30 {
				_, _ = c.WriteToAddrPort([]byte{1}, peerAddr(i%6))
			}
			c.Uncork()
			s := c.Stats()
			if taken != 25 || s.Sent != 25 || s.Dropped[reason] != 5 || total(s.Dropped) != 5 {
				t.Errorf("taken %d, %+v", taken, s)
			}
		})
	}
}

// An error reported once, as that of another peer's datagram is, costs nobody
// anything.
func TestForeignErrorLosesNothing(t *testing.T) {
	failed := false
	c := fake(t, Options{}, func(b *batch, wait bool) (int, error) {
		if failed = !failed; failed {
			return 0, syscall.ECONNREFUSED
		}
		return 1, nil
	})
	for range 3 {
		if _, err := c.WriteToAddrPort([]byte{1}, peerAddr(1)); err != nil {
			t.Error(err)
		}
	}
	if s := c.Stats(); s.Sent != 3 || total(s.Dropped) != 0 {
		t.Errorf("%+v", s)
	}
}

// While somebody is in the kernel the queue takes what it has place for. The
// newest are dropped, and counted; the others leave when the way is free.
func TestOverflowIsCounted(t *testing.T) {
	inside, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	c := fake(t, Options{Queue: 20}, func(b *batch, wait bool) (int, error) {
		once.Do(func() { close(inside); <-release })
		return all(b, wait)
	})
	var w sync.WaitGroup
	w.Go(func() { _, _ = c.WriteToAddrPort([]byte{1}, peerAddr(1)) })
	<-inside
	for range 25 {
		if n, err := c.WriteToAddrPort([]byte{1}, peerAddr(2)); n != 1 || err != nil {
			t.Error(n, err)
		}
	}
	close(release)
	w.Wait()
	if s := c.Stats(); s.Sent != 11 || s.Dropped[DropOverflow] != 15 {
		t.Errorf("%+v", s)
	}
}

// A full socket is waited for by the flusher, never by a writer, and loses
// nothing.
func TestFullSocketIsTheFlushersToWaitFor(t *testing.T) {
	waiting, release := make(chan struct{}), make(chan struct{})
	c := fake(t, Options{}, func(b *batch, wait bool) (int, error) {
		if !wait {
			return 0, syscall.EAGAIN
		}
		waiting <- struct{}{}
		<-release
		return all(b, wait)
	})
	_, _ = c.WriteToAddrPort([]byte{1}, peerAddr(1))
	<-waiting
	c.Cork()
	for range 600 { // more than half the queue: Uncork must not wait either
		_, _ = c.WriteToAddrPort([]byte{2}, peerAddr(1))
	}
	c.Uncork()
	release <- struct{}{}
	<-waiting
	close(release)
	eventually(t, func() bool { return c.Stats().Sent == 601 })
	if s := c.Stats(); s.Waits != 1 || total(s.Dropped) != 0 {
		t.Errorf("%+v", s)
	}
}

// Close does not wait for a full socket for ever; what was queued is counted.
func TestCloseGivesAFullSocketUp(t *testing.T) {
	var c *Conn
	c = fake(t, Options{}, func(b *batch, wait bool) (int, error) {
		if !wait {
			return 0, syscall.EAGAIN
		}
		raw, err := c.udp.SyscallConn()
		if err != nil {
			return 0, err
		}
		for { // until the deadline Close sets, as a full socket would
			if err := raw.Write(func(uintptr) bool { return true }); err != nil {
				return 0, err
			}
			time.Sleep(time.Millisecond)
		}
	})
	for range 5 {
		_, _ = c.WriteToAddrPort([]byte{1}, peerAddr(1))
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if s := c.Stats(); s.Dropped[DropDeadline] != 5 {
		t.Errorf("%+v", s)
	}
}

// A burst whose sender is behind is held back at its end, until the sender
// has taken what was queued.
func TestUncorkHoldsBack(t *testing.T) {
	inside, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	c := fake(t, Options{Queue: 40}, func(b *batch, wait bool) (int, error) {
		once.Do(func() { close(inside); <-release })
		return all(b, wait)
	})
	var w sync.WaitGroup
	w.Go(func() { _, _ = c.WriteToAddrPort([]byte{1}, peerAddr(1)) })
	<-inside
	through := make(chan struct{})
	w.Go(func() {
		c.Cork()
		for range 15 {
			_, _ = c.WriteToAddrPort([]byte{1}, peerAddr(2))
		}
		c.Uncork()
		close(through)
	})
	select {
	case <-through:
		t.Error("not held back")
	case <-time.After(20 * time.Millisecond):
	}
	close(release)
	w.Wait()
	if s := c.Stats(); s.Sent != 16 {
		t.Errorf("%+v", s)
	}
}

// A caller that keeps finding others' datagrams is relieved by the flusher.
func TestFlusherRelievesABusyCaller(t *testing.T) {
	var c *Conn
	rounds, waited := 0, 0
	c = fake(t, Options{}, func(b *batch, wait bool) (int, error) {
		if rounds++; wait {
			waited++
		}
		if rounds < 10 { // somebody else writes meanwhile
			c.mu.Lock()
			c.fill.push([]byte{1}, peerAddr(2))
			c.mu.Unlock()
		}
		return all(b, wait)
	})
	_, _ = c.WriteToAddrPort([]byte{1}, peerAddr(1))
	eventually(t, func() bool { return c.Stats().Sent == 10 })
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if waited != 10-mostRounds {
		t.Errorf("%d of %d rounds were the flusher's", waited, rounds)
	}
}

// What a caller cannot be spared it gets as an error without an address.
func TestFinalErrors(t *testing.T) {
	for _, road := range roads {
		t.Run(road.name, func(t *testing.T) {
			c, peer := open(t, "127.0.0.1:0", road.o), listen(t, "127.0.0.1:0")
			if err := c.SetWriteDeadline(time.Unix(1, 0)); err != nil {
				t.Fatal(err)
			}
			if _, err := c.WriteToAddrPort([]byte{1}, addrOf(peer)); err != os.ErrDeadlineExceeded {
				t.Error(err)
			}
			if s := c.Stats(); s.Dropped[DropDeadline] != 1 {
				t.Errorf("%+v", s)
			}
			_ = c.SetDeadline(time.Time{})
			_, _ = c.WriteToAddrPort(datagram(make([]byte, 9), 0), addrOf(peer))
			expect(t, peer, 1)
			_ = c.Close()
			if _, err := c.WriteToAddrPort([]byte{1}, addrOf(peer)); err != net.ErrClosed {
				t.Error(err)
			}
			if _, _, err := c.ReadFromAddrPort(make([]byte, 9)); err != net.ErrClosed {
				t.Error(err)
			}
			if err := c.Close(); !errors.Is(err, net.ErrClosed) {
				t.Error(err)
			}
		})
	}
}
