package relay

import (
	"hash/maphash"
	"net/netip"
)

// What strangers may send: Allocate requests over UDP, or connections over TCP.
// A clinic is one address, and all its people come at the hour.
var (
	strangersEach = pace{rate: 50, burst: 300}    // a second, of one address
	strangersAll  = pace{rate: 2000, burst: 4000} // of all: even a flood under invented addresses is answered no more than this
)

const strangerBuckets = 1 << 12

// strangers bounds what is done for those who have not shown a credential. It
// keeps no address: each falls into one of a fixed number of buckets, by a hash
// that nobody outside can foresee. One goroutine uses it.
type strangers struct {
	seed maphash.Seed
	all  bucket
	each [strangerBuckets]bucket
}

func newStrangers() *strangers {
	s := &strangers{seed: maphash.MakeSeed(), all: strangersAll.full()}
	for i := range s.each {
		s.each[i] = strangersEach.full()
	}
	return s
}

// admit tells whether one more of an address may be looked at.
func (s *strangers) admit(from netip.Addr, now int64) bool {
	b := &s.each[maphash.Comparable(s.seed, site(from))%strangerBuckets]
	return b.take(strangersEach, 1, now) && s.all.take(strangersAll, 1, now)
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
