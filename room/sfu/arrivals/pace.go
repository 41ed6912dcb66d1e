package arrivals

import "time"

const (
	minInterval  = int64(50 * time.Millisecond)
	maxInterval  = int64(250 * time.Millisecond)
	idleInterval = int64(500 * time.Millisecond)
	idlePackets  = 4 // fewer than so many waiting are idle

	wire  = 60              // bytes a datagram adds: IP, UDP, the tag of SRTP
	share = 20              // feedback may be a 20th, 5 %, of what came in
	saved = 600 * share     // credit, or debt, that is carried along at most
	plain = headerSize + 12 // bytes of a message about few packets, without its deltas
)

// pace decides when a message is due. It earns credit by what arrives and spends
// it on messages; both in bytes of what arrived.
type pace struct {
	waiting int   // packets that have arrived since the last message
	first   int64 // when the first of them did
	sent    int64 // when the last message was made
	spoken  bool  // sent is set
	credit  int64
}

// arrived earns for a packet of that size.
func (p *pace) arrived(size int, now int64) {
	if p.waiting == 0 {
		p.first = now
	}
	p.waiting++
	p.credit = min(p.credit+int64(max(size, 0))+wire, saved)
}

// due says whether it is time for a message.
func (p *pace) due(now int64) bool {
	if p.waiting == 0 {
		return false
	}
	since := now - p.first
	if p.spoken {
		since = min(since, now-p.sent)
	}
	switch {
	case since < minInterval:
		return false
	case since >= idleInterval, since >= maxInterval && p.waiting >= idlePackets:
		return true
	}
	return p.credit >= share*int64(wire+plain+p.waiting)
}

// spend pays for a message of that size.
func (p *pace) spend(size int) {
	p.credit = max(p.credit-share*int64(size+wire), -saved)
}

// rest waits for the next message, with so many packets left over.
func (p *pace) rest(waiting int, now int64) {
	p.waiting, p.first, p.sent, p.spoken = waiting, now, now, true
}
