package emulate

// Packet is what a receiver looks at of one RTP packet.
type Packet struct {
	SSRC     uint32 // of a repair: that of the packet repaired
	Seq      uint16 // of a repair: the number of the packet repaired
	Stamp    uint32 // RTP timestamp
	Payload  int    // bytes, padding included
	SendTime uint32 // abs-send-time: seconds in 6.18 fixed point
	Marker   bool   // the last of a frame
	Repair   bool   // it came on the repair stream (RFC 4588)
	Padding  bool   // nothing but padding: counts for the estimate alone

	// Of VP8 (RFC 7741, section 4.2).
	Start    bool // the first of a frame
	Key      bool
	Picture  uint16 // picture id, 15 bits
	TL0      uint8
	Temporal uint8
}

// Overhead is what a packet is longer on the wire than its payload, in bytes:
// RTP header, extensions, authentication tag, UDP and IPv4.
const Overhead = 12 + 12 + 16 + 8 + 20

// SendTime is a time as abs-send-time has it.
func SendTime(now int64) uint32 {
	return uint32((now/Second<<18 + (now%Second)<<18/Second) & (1<<24 - 1))
}
