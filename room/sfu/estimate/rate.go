package estimate

// Nanoseconds.
const (
	ms     = int64(1_000_000)
	second = 1000 * ms
)

// overhead is what a packet is longer on the wire than its payload: RTP
// header and extensions, the tag of AES-GCM, UDP and IPv4. Bits.
const overhead = (12 + 12 + 16 + 8 + 20) * 8

const (
	rateSlots = 10
	rateSlot  = 100 * ms
)

// rate counts what was sent during the last second.
type rate struct {
	payload, packets [rateSlots]int64 // payload in bits
	sum, count       int64
	at               int   // the slot that fills
	begun            int64 // when it began
	last             int64 // the last packet
}

func (r *rate) add(bytes int, now int64) {
	r.roll(now)
	bits := int64(bytes) * 8
	r.payload[r.at] += bits
	r.packets[r.at]++
	r.sum += bits
	r.count++
	r.last = now
}

// roll empties the slots that time has left behind.
func (r *rate) roll(now int64) {
	if now-r.begun >= rateSlots*rateSlot {
		*r = rate{begun: now, last: r.last}
		return
	}
	for now-r.begun >= rateSlot {
		r.begun += rateSlot
		r.at = (r.at + 1) % rateSlots
		r.sum -= r.payload[r.at]
		r.count -= r.packets[r.at]
		r.payload[r.at], r.packets[r.at] = 0, 0
	}
}

// bits is the payload of the last second, in bits.
func (r *rate) bits(now int64) int64 {
	r.roll(now)
	return r.sum
}

// wire is bits with what the packets weigh besides.
func (r *rate) wire(now int64) int64 {
	r.roll(now)
	return r.sum + r.count*overhead
}

// usualHeaders is wire over payload, in thousandths, while nothing is sent.
const usualHeaders = 1080

// headers is wire over payload, in thousandths.
func (r *rate) headers(now int64) int64 {
	if r.roll(now); r.sum < 8000 {
		return usualHeaders
	}
	return min((r.sum+r.count*overhead)*1000/r.sum, 2*usualHeaders)
}

const peakSlots = 5

// peak is the largest value of the last four to five slots of the given width.
type peak struct {
	width int64
	slot  [peakSlots]int64
	at    int
	begun int64
}

// newPeak starts with nothing seen.
func newPeak(width, now, least int64) peak {
	p := peak{width: width, begun: now}
	for i := range p.slot {
		p.slot[i] = least
	}
	return p
}

func (p *peak) add(v, now int64) {
	for i := 0; now-p.begun >= p.width; i++ {
		if i == peakSlots { // long unused
			p.begun = now
			break
		}
		p.begun += p.width
		p.at = (p.at + 1) % peakSlots
		p.slot[p.at] = v
	}
	p.slot[p.at] = max(p.slot[p.at], v)
}

func (p *peak) max() int64 {
	m := p.slot[0]
	for _, v := range p.slot[1:] {
		m = max(m, v)
	}
	return m
}
