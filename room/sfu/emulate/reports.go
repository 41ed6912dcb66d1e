package emulate

// Report is one receiver report block (RFC 3550, section 6.4.1).
type Report struct {
	SSRC       uint32
	Fraction   uint8
	Cumulative int32  // packets lost
	Highest    uint32 // extended sequence number
	LastSR     uint32 // middle bits of the NTP time of the last sender report, 0 for none
	Delay      uint32 // since that arrived, 1/65536 s
}

// counters are what a stream's reports are made of (RFC 3550, A.1 and A.3).
type counters struct {
	started          bool
	first, highest   uint32
	received         uint32
	expectedBefore   uint32
	receivedBefore   uint32
	lastSR           uint32
	lastSRAt         int64
	lastPacket, next int64
}

func (c *counters) add(seq uint16, now int64) {
	if c.lastPacket = now; !c.started {
		c.started, c.first, c.highest = true, uint32(seq), uint32(seq)
	}
	if step := int16(seq - uint16(c.highest)); step > 0 {
		c.highest += uint32(step)
	}
	c.received++
}

func (c *counters) report(ssrc uint32, now int64) Report {
	expected := c.highest - c.first + 1
	interval, got := expected-c.expectedBefore, c.received-c.receivedBefore
	c.expectedBefore, c.receivedBefore = expected, c.received
	r := Report{SSRC: ssrc, Highest: c.highest, Cumulative: int32(expected - c.received), LastSR: c.lastSR}
	if interval > got {
		r.Fraction = uint8(min(uint64(interval-got)*256/uint64(interval), 255))
	}
	if c.lastSR != 0 {
		r.Delay = uint32((now - c.lastSRAt) * 65536 / Second)
	}
	return r
}
