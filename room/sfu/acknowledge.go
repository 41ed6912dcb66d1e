package sfu

import (
	"encoding/binary"
	"sync"

	"hearth/room/sfu/arrivals"

	"github.com/pion/rtcp"
)

// arrived is what a publisher is told of the packets it sent
// (draft-holmer-rmcat-transport-wide-cc-extensions-01), so that its browser
// finds the bit rate its uplink carries.
type arrived struct {
	mu       sync.Mutex
	recorder arrivals.Recorder // guarded by mu
	scratch  []byte            // owned by the tick
}

// note files a packet's transport-wide sequence number, whatever becomes of
// the packet.
func (p *Peer) note(pkt *packet, now int64) {
	id := p.offer.extensions.transport
	if id == 0 {
		return
	}
	if v := pkt.extension(id); len(v) == 2 {
		p.arrived.mu.Lock()
		p.arrived.recorder.Received(binary.BigEndian.Uint16(v), len(pkt.buf), now)
		p.arrived.mu.Unlock()
	}
}

// acknowledgements are the most messages in one tick.
const acknowledgements = 4

// acknowledge sends what is due, one message a datagram.
func (p *Peer) acknowledge(now int64) {
	if p.offer.extensions.transport == 0 {
		return
	}
	about := p.sends()
	a := &p.arrived
	for range acknowledgements {
		a.mu.Lock()
		a.scratch = a.recorder.Append(a.scratch[:0], p.ssrc, about, now)
		a.mu.Unlock()
		if len(a.scratch) == 0 {
			return
		}
		m := rtcp.RawPacket(a.scratch)
		p.write([]rtcp.Packet{&m})
	}
}

// sends is an SSRC the peer sends with, 0 before its first packet.
func (p *Peer) sends() uint32 {
	for _, u := range p.up {
		for _, l := range u.layers {
			if ssrc := l.source(); ssrc != 0 {
				return ssrc
			}
		}
	}
	return 0
}
