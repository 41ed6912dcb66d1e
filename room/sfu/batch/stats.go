package batch

import (
	"errors"
	"net"
	"os"
	"sync/atomic"
	"syscall"
)

// Stats are counters since Open. A snapshot is not atomic over its fields.
type Stats struct {
	Sent       uint64 // datagrams the kernel took
	SendCalls  uint64 // system calls made to send, failed ones included
	Segmented  uint64 // datagrams of Sent that left within a UDP_SEGMENT message
	Refusals   uint64 // UDP_SEGMENT messages the kernel refused; their datagrams were sent singly
	Waits      uint64 // times the socket was full and sending waited for it
	Received   uint64 // datagrams handed to readers
	ReadCalls  uint64 // system calls made to receive, empty-handed ones included
	ReadErrors uint64 // errors reading that concerned one peer, and were passed over
	Segmenting bool   // UDP_SEGMENT is in use
	Dropped    [Reasons]uint64
}

// Reason is why a datagram was not sent.
type Reason uint8

// The reasons, indices of Stats.Dropped.
const (
	DropOverflow    Reason = iota // the queue was full
	DropRefused                   // ECONNREFUSED: nobody listens there
	DropUnreachable               // no way to that network or host
	DropDenied                    // EPERM, EACCES: a firewall rule
	DropMemory                    // ENOBUFS, ENOMEM
	DropSize                      // EMSGSIZE: too long for UDP or for the path
	DropDeadline                  // the write deadline had passed
	DropClosed                    // left over when the socket was closed
	DropOther                     // any other error
	Reasons
)

// String is the name of the reason for metrics.
func (r Reason) String() string {
	return [...]string{
		"overflow", "refused", "unreachable", "denied", "memory", "size", "deadline", "closed", "other", "?",
	}[min(r, Reasons)]
}

// reasonOf names an error of a send call.
func reasonOf(err error) Reason {
	var errno syscall.Errno
	switch {
	case errors.Is(err, net.ErrClosed):
		return DropClosed
	case errors.Is(err, os.ErrDeadlineExceeded):
		return DropDeadline
	case !errors.As(err, &errno):
		return DropOther
	}
	switch errno {
	case syscall.ECONNREFUSED:
		return DropRefused
	case syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.ENETDOWN, syscall.EHOSTDOWN, syscall.EADDRNOTAVAIL:
		return DropUnreachable
	case syscall.EPERM, syscall.EACCES:
		return DropDenied
	case syscall.ENOBUFS, syscall.ENOMEM:
		return DropMemory
	case syscall.EMSGSIZE:
		return DropSize
	}
	return DropOther
}

// counters are the live form of Stats, touched by any goroutine. The sender
// adds once per system call, not once per datagram.
type counters struct {
	sent, sendCalls, segmented, refusals, waits atomic.Uint64
	received, readCalls, readErrors             atomic.Uint64
	dropped                                     [Reasons]atomic.Uint64
}

func (c *counters) drop(r Reason, n int) { c.dropped[r].Add(uint64(n)) }

func (c *counters) snapshot() Stats {
	s := Stats{
		Sent: c.sent.Load(), SendCalls: c.sendCalls.Load(), Segmented: c.segmented.Load(),
		Refusals: c.refusals.Load(), Waits: c.waits.Load(),
		Received: c.received.Load(), ReadCalls: c.readCalls.Load(), ReadErrors: c.readErrors.Load(),
	}
	for i := range s.Dropped {
		s.Dropped[i] = c.dropped[i].Load()
	}
	return s
}
