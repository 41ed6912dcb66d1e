package sfu

import (
	"slices"

	"hearth/room/sfu/red"
)

// Limits of what one participant may send. Beyond them packets are dropped
// (DropPacketRate, DropByteRate), and who goes on is stopped (excess.go).
const (
	micBits, micPackets     = 128_000, 100   // a second
	videoBits, videoPackets = 2_500_000, 700 // a second, both layers of the camera together
	// micBurst and videoBurst are how many seconds' worth may come at once. A voice
	// takes half of its limit and a camera a quarter, so all that has waited for ten
	// seconds passes; a burst of pictures delays others' voices, one of sound hardly.
	micBurst, videoBurst       = 5, 2
	feedbackBase, feedbackSeat = 50, 20 // RTCP messages a second, and for each seat watched
	maxStreams                 = 64     // SSRCs of one participant
	maxFeedbackStreams         = 256    // SSRCs its RTCP may name
)

// uplink is what one participant sends in one of its own m-lines. The
// buckets belong to the goroutine that reads the participant's SRTP.
type uplink struct {
	layers  []*layer // static; the camera's in the offer's order
	packets bucket
	bytes   bucket
	excess  excess
	stopped bool
	history red.History          // of the microphone
	before  [red.Depth]red.Block // room for what a packet may repeat
}

func newUplink(p *Peer, line int, o *offer, now int64) *uplink {
	packets, bits, burst := int64(videoPackets), int64(videoBits), int64(videoBurst)
	if line == lineMic {
		packets, bits, burst = micPackets, micBits, micBurst
	}
	u := &uplink{
		packets: newBucket(packets, burst*packets, now), bytes: newBucket(bits/8, burst*bits/8, now), excess: newExcess(now),
	}
	if line == lineCamera {
		for _, rid := range o.layers {
			u.layers = append(u.layers, newLayer(p, line, rid))
		}
	}
	if len(u.layers) == 0 {
		u.layers = []*layer{newLayer(p, line, "")}
	}
	return u
}

// tooMuch is told of every packet over a limit, and shuts the m-line of a
// sender that does not stop.
func (u *uplink) tooMuch(r Reason, now int64) Reason {
	u.stopped = u.excess.drop(now) || u.stopped
	return r
}

func (u *uplink) layer(rid string) *layer {
	for _, l := range u.layers {
		if l.rid == rid {
			return l
		}
	}
	return nil
}

// choose is the layer to forward: the wanted one, or whichever is alive.
func (u *uplink) choose(wanted string, now int64) *layer {
	if l := u.layer(wanted); l != nil && l.alive(now) {
		return l
	}
	for _, l := range u.layers {
		if l.alive(now) {
			return l
		}
	}
	return nil
}

// resolve finds the layer of a stream by its header extensions, or by the
// offer's a=ssrc where the client sends no extension.
func (p *Peer) resolve(t *rtpTap, pkt *packet) bool {
	e := p.offer.extensions
	line := slices.Index(p.offer.mids[:ownLines], string(pkt.extension(e.mid)))
	if line < 0 {
		return p.resolveDeclared(t)
	}
	rid, repaired := string(pkt.extension(e.rid)), string(pkt.extension(e.repairedRID))
	repair := pkt.payloadType == p.offer.codecs.up.repair && line != lineMic
	if repair && repaired != "" {
		rid = repaired
	}
	if len(p.up[line].layers) == 1 && p.up[line].layers[0].rid == "" {
		rid = ""
	}
	t.layer, t.repair = p.up[line].layer(rid), repair
	return t.layer != nil
}

func (p *Peer) resolveDeclared(t *rtpTap) bool {
	for _, d := range p.offer.declared {
		if d.ssrc == t.ssrc && len(p.up[d.line].layers) == 1 {
			t.layer, t.repair = p.up[d.line].layers[0], d.repair
			return true
		}
	}
	return false
}
