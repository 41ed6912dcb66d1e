package batch

import (
	"net"
	"strconv"
)

const mostZones = 64

// zones translates between the number and the name of an interface, as a
// link-local IPv6 address carries it, and remembers what it has asked the
// system. Numbers without a name are written as digits. Not safe for
// concurrent use; it is bounded, and forgets everything when it is full.
type zones struct {
	indices map[string]uint32
	names   map[uint32]string
}

// index is the number of the named interface, 0 if there is none.
func (z *zones) index(name string) uint32 {
	if i, ok := z.indices[name]; ok {
		return i
	}
	if n, err := strconv.ParseUint(name, 10, 32); err == nil {
		return uint32(n)
	}
	var i uint32
	if found, err := net.InterfaceByName(name); err == nil {
		i = uint32(found.Index)
	}
	z.keep(i, name)
	return i
}

// name is the name of the numbered interface, its digits if it has none.
func (z *zones) name(i uint32) string {
	if name, ok := z.names[i]; ok {
		return name
	}
	name := strconv.FormatUint(uint64(i), 10)
	if found, err := net.InterfaceByIndex(int(i)); err == nil {
		name = found.Name
	}
	z.keep(i, name)
	return name
}

func (z *zones) keep(i uint32, name string) {
	if z.names == nil || len(z.names) >= mostZones || len(z.indices) >= mostZones {
		z.names, z.indices = map[uint32]string{}, map[string]uint32{}
	}
	if i != 0 {
		z.names[i] = name
	}
	z.indices[name] = i
}
