package batch

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mmsghdr is struct mmsghdr of sendmmsg(2). The compiler pads it as C does.
type mmsghdr struct {
	unix.Msghdr
	bytes uint32
}

// segmentControl is the control message that asks for UDP_SEGMENT (udp(7)).
type segmentControl struct {
	unix.Cmsghdr
	size uint16
	_    [6]byte
}

func (s *segmentControl) set(size int) {
	s.Level, s.Type = unix.IPPROTO_UDP, unix.UDP_SEGMENT
	s.SetLen(unix.CmsgLen(2))
	s.size = uint16(size)
}

func sendmmsg(fd uintptr, hdrs []mmsghdr) (int, syscall.Errno) {
	n, _, errno := unix.Syscall6(unix.SYS_SENDMMSG, fd,
		uintptr(unsafe.Pointer(&hdrs[0])), uintptr(len(hdrs)), unix.MSG_DONTWAIT, 0, 0)
	return int(n), errno
}

func recvmmsg(fd uintptr, hdrs []mmsghdr) (int, syscall.Errno) {
	n, _, errno := unix.Syscall6(unix.SYS_RECVMMSG, fd,
		uintptr(unsafe.Pointer(&hdrs[0])), uintptr(len(hdrs)), unix.MSG_DONTWAIT, 0, 0)
	return int(n), errno
}
