package relay

import "sync/atomic"

// Stats are counters since Open. They name nobody. A snapshot is not atomic
// over its fields.
type Stats struct {
	Credentials int    // granted and not revoked
	Allocations int    // open now
	Streams     int    // TLS connections open now
	Allocated   uint64 // allocations made
	BytesUp     uint64 // relayed from clients to the SFU, payload only
	BytesDown   uint64 // relayed from the SFU to clients
	StackErrors uint64 // errors logged by the TURN library, text dropped
	Refused     [Reasons]uint64
}

// Reason is why a request was refused, a packet dropped, or an allocation or a
// connection ended.
type Reason uint8

// The reasons, indices of Stats.Refused.
const (
	RefusedCredential Reason = iota // wrong, unknown or revoked
	RefusedQuota                    // the credential has its allocations already
	RefusedFull                     // the server has
	RefusedFamily                   // the SFU has no address of that family
	RefusedKind                     // an allocation for TCP, or of a port of the client's choice
	RefusedPeer                     // permission for an address that is not the SFU's
	DropPort                        // packet to a port that is not the SFU's, or to a second of its addresses
	DropRateUp                      // more bytes a second than an allocation may send
	DropRateDown                    // more than it may receive
	DropRequests                    // more requests a second than a client may send
	DropStranger                    // unauthenticated, and too many of them
	DropGarbage                     // unauthenticated and no Allocate request, or no message at all
	DropBinding                     // unauthenticated Binding request: browsers send them, but need no answer
	DropWrite                       // the system refused it
	EndConnection                   // TLS connection for which there was no place
	EndStranger                     // TLS connection that did not allocate in time or in few words
	EndChannels                     // allocation that bound too many channels
	EndIdle                         // allocation that was silent for too long
	EndSilent                       // allocation that gave way to a new one of its credential
	Reasons
)

// String is the name of the reason for metrics.
func (r Reason) String() string {
	return [...]string{
		"credential", "quota", "full", "family", "kind", "peer", "port", "rate_up", "rate_down", "requests",
		"stranger", "garbage", "binding", "write", "connection", "unauthenticated", "channels", "idle", "silent", "?",
	}[min(r, Reasons)]
}

// counters are the live form of Stats, touched by many goroutines.
type counters struct {
	allocated, bytesUp, bytesDown, stackErrors atomic.Uint64
	refused                                    [Reasons]atomic.Uint64
}

func (c *counters) refuse(r Reason) { c.refused[r].Add(1) }

// Stats are the counters since Open.
func (s *Server) Stats() Stats {
	st := Stats{
		Allocated: s.stats.allocated.Load(), BytesUp: s.stats.bytesUp.Load(), BytesDown: s.stats.bytesDown.Load(),
		StackErrors: s.stats.stackErrors.Load(),
	}
	for i := range st.Refused {
		st.Refused[i] = s.stats.refused[i].Load()
	}
	s.mu.Lock()
	st.Credentials, st.Allocations = len(s.credentials), len(s.byRelay)
	s.mu.Unlock()
	if s.door != nil {
		st.Streams = s.door.count()
	}
	return st
}
