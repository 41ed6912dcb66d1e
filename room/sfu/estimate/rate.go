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

// load is an amount of packets.
type load struct{ payload, packets int64 } // payload in bits

// rate counts what was sent during the last second.
type rate struct {
	filling load  // the slot that fills
	begun   int64 // when it began
	last    int64 // the last packet

	full [rateSlots - 1]load
	at   int  // the oldest of them
	sum  load // of all of them
}

// add is on the path of every packet.
func (r *rate) add(bytes int, now int64) {
	if now-r.begun >= rateSlot {
		r.roll(now)
	}
	r.filling.payload += int64(bytes) * 8
	r.filling.packets++
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
		old := &r.full[r.at]
		r.sum.payload += r.filling.payload - old.payload
		r.sum.packets += r.filling.packets - old.packets
		*old, r.filling = r.filling, load{}
		r.at = (r.at + 1) % len(r.full)
	}
}

// total is all that is counted.
func (r *rate) total(now int64) load {
	r.roll(now)
	return load{r.sum.payload + r.filling.payload, r.sum.packets + r.filling.packets}
}

// bits is the payload of the last second, in bits.
func (r *rate) bits(now int64) int64 {
	return r.perSecond(r.total(now).payload, now)
}

// wire is bits with what the packets weigh besides.
func (r *rate) wire(now int64) int64 {
	t := r.total(now)
	return r.perSecond(t.payload+t.packets*overhead, now)
}

// perSecond takes into account that the latest slot is not full.
func (r *rate) perSecond(bits, now int64) int64 {
	return bits * second / ((rateSlots-1)*rateSlot + now - r.begun)
}

// usualHeaders is wire over payload, in thousandths, while nothing is sent.
const usualHeaders = 1080

// headers is wire over payload, in thousandths.
func (r *rate) headers(now int64) int64 {
	t := r.total(now)
	if t.payload < 8000 {
		return usualHeaders
	}
	return min((t.payload+t.packets*overhead)*1000/t.payload, 2*usualHeaders)
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
