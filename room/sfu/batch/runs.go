package batch

import (
	"encoding/binary"
	"net/netip"
	"slices"
)

// Bounds of one UDP_SEGMENT message. The kernel's are 64 segments (128 since
// Linux 6.9) and the largest UDP payload; a segment has to fit the path's MTU,
// and larger datagrams leave singly, in fragments.
const (
	mostSegments  = 64
	mostSegment   = 1500 - 40 - 8  // bytes: Ethernet, IPv6, UDP
	mostSegmented = 65535 - 40 - 8 // bytes of all segments together
	placeBits     = 7              // of openRuns; 128 peers
)

// run is one message: datagrams to one peer, all as long as the first except
// for a last one, which may be shorter.
type run struct {
	first, last int32 // slots, linked by slot.next
	count       int32
	size        int32 // bytes of each
	bytes       int32
	shut        bool // nothing can follow
}

// openRuns finds the run a peer's next datagram may join: the latest of each
// peer. Peers that share a place displace each other, which costs a chance to
// join and nothing else. Entries of an earlier batch are told by its stamp.
type openRuns struct {
	stamp  uint32
	places [1 << placeBits]struct {
		stamp uint32
		run   int32
	}
}

func (o *openRuns) next() {
	o.stamp++
	if o.stamp == 0 { // 2^32 batches later: nothing old may look new
		*o = openRuns{stamp: 1}
	}
}

// plan decides how the batch leaves. Datagrams of different peers may
// overtake each other, those of one peer do not: a run stands where its first
// datagram stood, and only the latest run of a peer is ever added to.
func (b *batch) plan(segment bool) {
	b.runs, b.done, b.tried = b.runs[:0], 0, false
	segment = segment && b.n > 1
	if segment {
		b.open.next()
	}
	for i := range int32(b.n) {
		if !segment || !b.join(i) {
			b.begin(i)
		}
	}
}

// begin makes a run of slot i.
func (b *batch) begin(i int32) {
	s := &b.slots[i]
	s.next = -1
	n := int32(len(s.data))
	b.runs = append(b.runs, run{
		first: i, last: i, count: 1, size: n, bytes: n, shut: n == 0 || n > mostSegment,
	})
}

// join adds slot i to its peer's run, or makes the run it is going to begin
// the one that is found next.
func (b *batch) join(i int32) bool {
	s := &b.slots[i]
	place := &b.open.places[hash(s.to)]
	if place.stamp == b.open.stamp {
		if r := &b.runs[place.run]; b.slots[r.first].to == s.to && r.takes(len(s.data)) {
			b.slots[r.last].next, s.next = i, -1
			r.last, r.count, r.bytes = i, r.count+1, r.bytes+int32(len(s.data))
			r.shut = int32(len(s.data)) < r.size
			return true
		}
	}
	place.stamp, place.run = b.open.stamp, int32(len(b.runs))
	return false
}

// takes says whether a datagram of n bytes may follow in r.
func (r *run) takes(n int) bool {
	return !r.shut && n > 0 && int32(n) <= r.size && r.count < mostSegments && r.bytes+int32(n) <= mostSegmented
}

// split makes single datagrams of the run at done. There is always room: a
// batch never has more runs than slots.
func (b *batch) split() {
	r := b.runs[b.done]
	b.runs = slices.Grow(b.runs, int(r.count)-1)[:len(b.runs)+int(r.count)-1]
	copy(b.runs[b.done+int(r.count):], b.runs[b.done+1:])
	i := r.first
	for k := range int(r.count) {
		n, next := int32(len(b.slots[i].data)), b.slots[i].next
		b.runs[b.done+k] = run{first: i, last: i, count: 1, size: n, bytes: n, shut: true}
		b.slots[i].next, i = -1, next
	}
	b.tried = false
}

// hash spreads peers over the table's places: of one network they differ in
// the last bytes of the address, behind one router in the port alone. The
// upper bits of the product depend on all bits of it.
func hash(to netip.AddrPort) uint32 {
	a := to.Addr().As16()
	h := binary.BigEndian.Uint64(a[8:]) + binary.BigEndian.Uint64(a[:8])*3 + uint64(to.Port())<<40
	return uint32(h * 0x9e3779b97f4a7c15 >> (64 - placeBits))
}
