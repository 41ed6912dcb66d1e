package sfu

import (
	"sync/atomic"

	"hearth/room/sfu/batch"
)

// Stats are counters over the whole SFU since Open. They name nobody and no
// room. A snapshot is not atomic over its fields.
type Stats struct {
	Peers            int64  // PeerConnections open now
	PacketsIn        uint64 // RTP packets received after SRTP
	BytesIn          uint64 // their bytes, headers included
	PacketsForwarded uint64 // RTP packets handed to subscribers, RTX excluded
	BytesForwarded   uint64 // their payload bytes
	RTX              uint64 // retransmissions sent to subscribers (RFC 4588)
	KeyframeRequests uint64 // PLIs sent to publishers
	Replays          uint64 // pictures begun from a kept keyframe
	NACKs            uint64 // sequence numbers asked again from publishers
	Restarts         uint64 // ICE restarts answered
	Offers           uint64 // offers answered
	Refused          uint64 // offers refused
	StackErrors      uint64 // errors logged by the media stack, text dropped
	Dropped          [Reasons]uint64
	Datagrams        uint64                // sent over the UDP socket
	SendCalls        uint64                // system calls they took
	Paused           int64                 // pictures that somebody is not shown now, for want of bandwidth or by wish
	Unsent           [batch.Reasons]uint64 // datagrams lost at the UDP socket
}

// Reason is why a packet went no further.
type Reason uint8

// The reasons, indices of Stats.Dropped.
const (
	DropMalformed  Reason = iota // not a packet of the negotiated kind
	DropUnknown                  // its m-line or layer could not be told
	DropShut                     // the sender may not be heard or seen: waiting, muted, stopped, removed
	DropPacketRate               // more packets a second than its kind may send
	DropByteRate                 // more bytes a second than its kind may send
	DropStopped                  // on an m-line that was shut because its sender kept sending too much
	DropDuplicate                // seen before
	DropStale                    // too old to matter
	DropFeedback                 // more RTCP than a participant may send
	DropNACK                     // asked again, but gone, stale or over the cap
	DropWrite                    // the subscriber's transport refused it
	DropProbe                    // padding a browser sends to try the path
	DropFlood                    // a participant invented too many streams, or flooded with what is not looked at, and was cut off
	DropSource                   // a participant came from too many addresses
	DropConnection               // a TCP connection for which there was no place
	DropFenced                   // while this server did not know whether its rooms were still its own
	Reasons
)

// String is the name of the reason for metrics.
func (r Reason) String() string {
	return [...]string{
		"malformed", "unknown", "shut", "packet_rate", "byte_rate", "stopped", "duplicate",
		"stale", "feedback", "nack", "write", "probe", "flood", "source", "connection", "fenced", "?",
	}[min(r, Reasons)]
}

// counters are the live form of Stats. Every field is touched by many
// goroutines; the forwarding loop adds once per incoming packet, not once per
// subscriber.
type counters struct {
	peers, paused                          atomic.Int64
	packetsIn, bytesIn                     atomic.Uint64
	packetsForwarded, bytesForwarded       atomic.Uint64
	rtx, keyframeRequests, nacks, replays  atomic.Uint64
	restarts, offers, refused, stackErrors atomic.Uint64
	dropped                                [Reasons]atomic.Uint64
}

func (c *counters) drop(r Reason) { c.dropped[r].Add(1) }

func (c *counters) snapshot() Stats {
	s := Stats{
		Peers:     c.peers.Load(),
		PacketsIn: c.packetsIn.Load(), BytesIn: c.bytesIn.Load(),
		PacketsForwarded: c.packetsForwarded.Load(), BytesForwarded: c.bytesForwarded.Load(),
		RTX: c.rtx.Load(), KeyframeRequests: c.keyframeRequests.Load(), NACKs: c.nacks.Load(), Replays: c.replays.Load(),
		Restarts: c.restarts.Load(), Offers: c.offers.Load(), Refused: c.refused.Load(),
		StackErrors: c.stackErrors.Load(), Paused: c.paused.Load(),
	}
	for i := range s.Dropped {
		s.Dropped[i] = c.dropped[i].Load()
	}
	return s
}
