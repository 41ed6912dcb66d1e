package sfu

import (
	"time"

	"github.com/pion/rtcp"
)

// reception counts what receiver reports say of one stream (RFC 3550, 6.4).
// Guarded by its layer's lock.
type reception struct {
	base     uint32 // first sequence number, extended by its wraps like window.highest
	count    uint32 // packets received since
	jitter   int64  // in sixteenths of a timestamp unit
	transit  int64
	expected uint32 // at the last report
	had      uint32 // count at the last report
	lost     uint32
	timed    bool
}

// restart begins anew with an extended sequence number.
func (r *reception) restart(base uint32) { *r = reception{base: base} }

func (r *reception) received(timestamp uint32, rate, now int64) {
	r.count++
	arrival := now / 1000 * rate / 1e6
	transit := int64(int32(uint32(arrival) - timestamp))
	if r.timed {
		d := int64(int32(transit - r.transit))
		r.jitter += max(d, -d) - (r.jitter+8)>>4
	}
	r.transit, r.timed = transit, true
}

// block makes the report since the last one.
func (r *reception) block(ssrc uint32, w *window, c *senderClock, now int64) rtcp.ReceptionReport {
	expected := w.highest() - r.base + 1
	interval, arrived := expected-r.expected, r.count-r.had
	r.expected, r.had = expected, r.count
	var fraction uint8
	if interval > arrived && interval < 1<<24 {
		fraction = uint8(min(255, (interval-arrived)<<8/interval))
		r.lost += interval - arrived
	}
	lastSR, delay := c.last(now)
	return rtcp.ReceptionReport{
		SSRC: ssrc, FractionLost: fraction, TotalLost: min(r.lost, 1<<23-1),
		LastSequenceNumber: w.highest(), Jitter: uint32(max(r.jitter, 0) >> 4),
		LastSenderReport: lastSR, Delay: delay,
	}
}

// senderClock ties a stream's timestamps to its sender's wall clock, by its
// last sender report. Guarded by its layer's lock.
type senderClock struct {
	known bool
	ntp   uint64 // as received
	stamp uint32
	at    int64 // when it arrived
}

// last is the middle of the NTP time of the last report and the delay since,
// both in 1/65536 s.
func (c *senderClock) last(now int64) (lastSR, delay uint32) {
	if !c.known {
		return 0, 0
	}
	return uint32(c.ntp >> 16), uint32((now - c.at) / 1000 * 65536 / 1e6)
}

// ntpEpoch is the start of 1900 in Unix seconds.
const ntpEpoch = 2208988800

// ntpTime is a wall clock as an NTP timestamp (RFC 5905), 32.32 fixed point.
func ntpTime(unix int64) uint64 {
	s, ns := unix/int64(time.Second), unix%int64(time.Second)
	return uint64(s+ntpEpoch)<<32 | uint64(ns)<<32/uint64(time.Second)
}

// ntpNanos is an NTP timestamp in nanoseconds of Unix time.
func ntpNanos(ntp uint64) int64 {
	return (int64(ntp>>32)-ntpEpoch)*int64(time.Second) + int64(ntp&0xffffffff)*int64(time.Second)>>32
}
