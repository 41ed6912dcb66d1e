package batch

import "golang.org/x/sys/unix"

// openBatch looks at the socket and gives c the kernel's batching calls.
func (c *Conn) openBatch(o Options) error {
	raw, err := c.udp.SyscallConn()
	if err != nil {
		return ErrConn
	}
	var domain, failure = 0, error(nil)
	var segments bool
	err = raw.Control(func(fd uintptr) {
		domain, failure = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_DOMAIN)
		// Known since Linux 4.18, the first that can send segments.
		_, unknown := unix.GetsockoptInt(int(fd), unix.IPPROTO_UDP, unix.UDP_SEGMENT)
		segments = unknown == nil
	})
	if err != nil || failure != nil {
		return ErrConn
	}
	inet6 := domain == unix.AF_INET6
	c.segment.Store(o.Segment && segments)
	c.recv = newReceiver(raw, &c.stats.readCalls)
	c.start(newSender(raw, inet6), o)
	return nil
}
