package batch

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	mostReceived = 16   // datagrams of one recvmmsg
	receiveSize  = 8192 // bytes; of longer ones pion's mux sees no more either
)

// reader receives what has come together with one recvmmsg. The first
// datagram goes straight into the caller's buffer; the others are copied out
// by the calls that follow.
type reader struct {
	raw   syscall.RawConn
	calls *atomic.Uint64 // Stats.ReadCalls

	mu     sync.Mutex
	zones  zones
	closed bool
	next   int // the datagram to hand out; valid below have
	have   int
	rooms  [mostReceived][]byte // rooms[0] is unused
	names  [mostReceived]unix.RawSockaddrInet6
	pieces [mostReceived]unix.Iovec
	hdrs   [mostReceived]mmsghdr

	// One call.
	call  func(fd uintptr) bool
	n     int // of hdrs
	taken int
	errno syscall.Errno
}

func newReceiver(raw syscall.RawConn, calls *atomic.Uint64) *reader {
	r := &reader{raw: raw, calls: calls}
	arena := make([]byte, mostReceived*receiveSize)
	for i := range r.hdrs {
		r.rooms[i] = arena[i*receiveSize : (i+1)*receiveSize]
		r.pieces[i].Base = &r.rooms[i][0]
		r.pieces[i].SetLen(receiveSize)
		r.hdrs[i].Name = (*byte)(unsafe.Pointer(&r.names[i]))
		r.hdrs[i].Iov = &r.pieces[i]
		r.hdrs[i].SetIovlen(1)
	}
	r.call = func(fd uintptr) bool {
		r.calls.Add(1)
		r.taken, r.errno = recvmmsg(fd, r.hdrs[:r.n])
		if r.errno == syscall.EAGAIN {
			// Nothing was behind: what ends the wait comes alone, as a
			// rule, and looking for more would cost more than it brings.
			r.n = 1
			return false
		}
		return true
	}
	return r
}

// receive implements receiver.
func (r *reader) receive(b []byte) (int, netip.AddrPort, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return 0, netip.AddrPort{}, net.ErrClosed
	}
	if r.next < r.have {
		i := r.next
		r.next++
		return copy(b, r.rooms[i][:r.hdrs[i].bytes]), r.decode(&r.names[i]), nil
	}
	return r.fetch(b)
}

// fetch waits for at least one datagram and hands the first one out.
func (r *reader) fetch(b []byte) (int, netip.AddrPort, error) {
	r.prepare(b)
	err := r.raw.Read(r.call)
	r.pieces[0].Base = nil // b is the caller's again
	if err != nil {
		return 0, netip.AddrPort{}, err
	}
	if r.errno != 0 {
		return 0, netip.AddrPort{}, r.errno
	}
	r.next, r.have = 1, r.taken
	return int(r.hdrs[0].bytes), r.decode(&r.names[0]), nil
}

// prepare makes the headers ready for a call. A buffer longer than our own
// receives alone, so that nothing it could hold is cut.
func (r *reader) prepare(b []byte) {
	r.next, r.have, r.n = 0, 0, mostReceived
	if len(b) > receiveSize {
		r.n = 1
	}
	r.pieces[0].Base = unsafe.SliceData(b)
	r.pieces[0].SetLen(len(b))
	for i := range r.n {
		r.hdrs[i].Namelen = unix.SizeofSockaddrInet6
	}
}

// close makes readers fail from now on, instead of handing out what is left.
// The socket is closed before, so that none of them waits.
func (r *reader) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
}
