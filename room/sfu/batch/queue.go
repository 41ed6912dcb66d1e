package batch

import "net/netip"

const (
	slotSize = 1500 // bytes; more than any datagram that fits an Ethernet frame
	mostBig  = 8    // larger datagrams a batch may hold; each is copied to memory of its own
)

// slot holds one queued datagram.
type slot struct {
	room []byte // slotSize bytes of the batch's arena
	data []byte // the datagram: in room, or on the heap if it is larger
	to   netip.AddrPort
	next int32 // the next slot of the same run, or -1 (runs.go)
}

// batch is one half of the queue: datagrams in the order they were written,
// and how they are going to leave. One of a Conn's two is filled, under its
// mutex; the other belongs to the sender. Both begin at their first slot
// again after each exchange, so a quiet socket touches the same few
// kilobytes all the time.
type batch struct {
	slots []slot
	n     int // slots in use
	big   int // of them, larger than slotSize

	// How they leave; the sender's.
	runs  []run
	done  int  // runs sent or dropped
	tried bool // the run at done has failed once
	open  openRuns
}

func newBatch(size int) *batch {
	b := &batch{slots: make([]slot, size), runs: make([]run, 0, size)}
	arena := make([]byte, size*slotSize)
	for i := range b.slots {
		b.slots[i].room = arena[i*slotSize : (i+1)*slotSize : (i+1)*slotSize]
	}
	return b
}

// push copies a datagram in, or reports that there is no place for it.
func (b *batch) push(data []byte, to netip.AddrPort) bool {
	if b.n == len(b.slots) {
		return false
	}
	s := &b.slots[b.n]
	if len(data) > slotSize {
		if b.big == mostBig {
			return false
		}
		b.big++
		s.data = append([]byte(nil), data...)
	} else {
		s.data = s.room[:copy(s.room, data)]
	}
	s.to = to
	b.n++
	return true
}

// reset makes the batch empty.
func (b *batch) reset() {
	if b.big > 0 {
		for i := range b.slots[:b.n] {
			b.slots[i].data = nil
		}
	}
	b.n, b.big, b.done, b.tried = 0, 0, 0, false
	b.runs = b.runs[:0]
}

// left is the number of datagrams neither sent nor dropped.
func (b *batch) left() (n int) {
	for _, r := range b.runs[b.done:] {
		n += int(r.count)
	}
	return n
}
