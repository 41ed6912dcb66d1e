package batch

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

const mostPieces = 1024 // datagrams of one call; as many as the kernel takes for one message (UIO_MAXIOV)

// sender is the wire over sendmmsg. It belongs to whoever is the sender, and
// allocates nothing: the headers, addresses and pieces of a call are its own,
// the datagrams stay where they are queued.
type sender struct {
	raw     syscall.RawConn
	inet6   bool
	names   [mostMessages]unix.RawSockaddrInet6 // of an IPv4 socket: RawSockaddrInet4
	control [mostMessages]segmentControl
	pieces  [mostPieces]unix.Iovec
	hdrs    [mostMessages]mmsghdr
	zones   zones

	// One call: what goes into it and what came back.
	call  func(fd uintptr) bool
	n     int // of hdrs
	wait  bool
	taken int
	errno syscall.Errno
}

func newSender(raw syscall.RawConn, inet6 bool) *sender {
	s := &sender{raw: raw, inet6: inet6}
	s.call = func(fd uintptr) bool {
		s.taken, s.errno = sendmmsg(fd, s.hdrs[:s.n])
		return s.errno != syscall.EAGAIN || !s.wait
	}
	return s
}

// send implements wire.
func (s *sender) send(b *batch, wait bool) (int, error) {
	s.load(b)
	s.wait = wait
	if err := s.raw.Write(s.call); err != nil {
		return 0, err
	}
	if s.errno != 0 {
		return 0, s.errno
	}
	return s.taken, nil
}

// load describes to the kernel as many runs as fit one call.
func (s *sender) load(b *batch) {
	s.n = 0
	pieces := 0
	for i := b.done; i < len(b.runs) && s.n < mostMessages; i++ {
		r := &b.runs[i]
		if pieces+int(r.count) > mostPieces {
			break
		}
		s.message(b, r, pieces)
		pieces += int(r.count)
	}
}

// message fills the next header with one run, its pieces from at on.
func (s *sender) message(b *batch, r *run, at int) {
	h := &s.hdrs[s.n]
	name := &s.names[s.n]
	h.Name, h.Namelen = (*byte)(unsafe.Pointer(name)), s.encode(name, b.slots[r.first].to)
	for slot, k := r.first, at; slot >= 0; slot, k = b.slots[slot].next, k+1 {
		data := b.slots[slot].data
		s.pieces[k].Base = unsafe.SliceData(data)
		s.pieces[k].SetLen(len(data))
	}
	h.Iov = &s.pieces[at]
	h.SetIovlen(int(r.count))
	if h.Control = nil; r.count > 1 {
		s.control[s.n].set(int(r.size))
		h.Control = (*byte)(unsafe.Pointer(&s.control[s.n]))
		h.SetControllen(unix.CmsgSpace(2))
	} else {
		h.SetControllen(0)
	}
	s.n++
}
