package relay

import (
	"hash/maphash"
	"net/netip"
)

// What strangers may do in a second and at once, of one address and of all. A
// clinic is one address, and all its people come at the hour. The bound on all
// is for floods from many addresses, or under invented ones.
var (
	asking  = strangerPace{each: pace{50, 300}, all: pace{2000, 4000}} // Allocate requests over UDP
	calling = strangerPace{each: pace{30, 300}, all: pace{300, 900}}   // TLS connections, whose handshake costs more
)

type strangerPace struct{ each, all pace }

const strangerBuckets = 1 << 12

// strangers bounds what is done for those who have not shown a credential. It
// keeps no address: each falls into one of a fixed number of buckets, by a hash
// that nobody outside can foresee. One goroutine uses it.
type strangers struct {
	pace strangerPace // static
	seed maphash.Seed // static
	all  bucket
	each [strangerBuckets]bucket
}

func newStrangers(p strangerPace) *strangers {
	s := &strangers{pace: p, seed: maphash.MakeSeed(), all: p.all.full()}
	for i := range s.each {
		s.each[i] = p.each.full()
	}
	return s
}

// admit tells whether one more of an address may be looked at.
func (s *strangers) admit(from netip.Addr, now int64) bool {
	b := &s.each[maphash.Comparable(s.seed, site(from))%strangerBuckets]
	return b.take(s.pace.each, 1, now) && s.all.take(s.pace.all, 1, now)
}

// site is the address that pays: a network of IPv6 is one.
func site(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		network, _ := a.Prefix(64) // 64 bits is within every IPv6 address
		return network.Addr()
	}
	return a
}
