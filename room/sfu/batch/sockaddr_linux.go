package batch

import (
	"encoding/binary"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// encode writes an address as the socket's family wants it and returns its
// length. On an IPv6 socket IPv4 addresses become IPv4-mapped ones.
func (s *sender) encode(name *unix.RawSockaddrInet6, to netip.AddrPort) uint32 {
	if !s.inet6 {
		in := (*unix.RawSockaddrInet4)(unsafe.Pointer(name))
		in.Family, in.Addr = unix.AF_INET, to.Addr().Unmap().As4()
		setPort(&in.Port, to.Port())
		return unix.SizeofSockaddrInet4
	}
	name.Family, name.Addr, name.Scope_id = unix.AF_INET6, to.Addr().As16(), 0
	setPort(&name.Port, to.Port())
	if zone := to.Addr().Zone(); zone != "" {
		name.Scope_id = s.zones.index(zone)
	}
	return unix.SizeofSockaddrInet6
}

// decode reads an address the kernel wrote.
func (r *reader) decode(name *unix.RawSockaddrInet6) netip.AddrPort {
	if name.Family == unix.AF_INET {
		in := (*unix.RawSockaddrInet4)(unsafe.Pointer(name))
		return netip.AddrPortFrom(netip.AddrFrom4(in.Addr), port(&in.Port))
	}
	addr := netip.AddrFrom16(name.Addr)
	if name.Scope_id != 0 && !addr.Is4In6() {
		addr = addr.WithZone(r.zones.name(name.Scope_id))
	}
	return netip.AddrPortFrom(addr, port(&name.Port))
}

// setPort and port convert to and from network byte order.
func setPort(p *uint16, n uint16) {
	binary.BigEndian.PutUint16((*[2]byte)(unsafe.Pointer(p))[:], n)
}

func port(p *uint16) uint16 {
	return binary.BigEndian.Uint16((*[2]byte)(unsafe.Pointer(p))[:])
}
