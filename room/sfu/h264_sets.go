package sfu

import (
	"bytes"
	"encoding/binary"
)

// setsMost is how many bytes of parameter sets are kept of a stream. Encoders
// make some forty.
const setsMost = 512

// parameterSets are the newest that a stream of H.264 has sent, ready to be
// sent again in one packet (STAP-A; RFC 6184, 5.7.1). Most encoders put them in
// front of every IDR picture; of one that sends them once, nobody who comes
// later could see anything. They are kept by SSRC, whatever its grant, since
// they often come while their sender still waits; to be sent they need a run,
// and that a grant. What is in them is not looked at. The zero value has none.
// Guarded by its layer's lock.
type parameterSets struct {
	have    nals
	stamp   uint32 // of the newest
	version uint32 // changes with what is kept
	size    int
	units   [setsMost]byte
}

// take keeps what a packet has of them. A sequence parameter set begins anew;
// repetitions are left out.
func (s *parameterSets) take(p *packet) {
	if p.nals&(nalSequence|nalPicture) == 0 || s.have != 0 && int32(p.timestamp-s.stamp) < 0 {
		return
	}
	if p.nals&nalSequence != 0 && (s.have == 0 || p.timestamp != s.stamp) {
		s.have, s.size = 0, 0
	}
	s.stamp = p.timestamp
	switch p.payload[0] & nalType {
	case typeSTAPA:
		for units := p.payload[1:]; len(units) > staSize; {
			end := staSize + int(binary.BigEndian.Uint16(units))
			s.add(units[staSize:end])
			units = units[end:]
		}
	case typeFUA: // larger than any that is kept
		s.have = 0
	default:
		s.add(p.payload)
	}
}

// add keeps one unit, if it is a parameter set and not there yet. What has no
// place leaves none to be had.
func (s *parameterSets) add(unit []byte) {
	kind := nalOf(unit[0]&nalType) & (nalSequence | nalPicture)
	if kind == 0 || s.has(unit) {
		return
	}
	if s.size+staSize+len(unit) > setsMost-1 {
		s.have = 0
		return
	}
	binary.BigEndian.PutUint16(s.units[s.size:], uint16(len(unit)))
	copy(s.units[s.size+staSize:], unit)
	s.size += staSize + len(unit)
	s.have |= kind
	s.version++
}

func (s *parameterSets) has(unit []byte) bool {
	for kept := s.units[:s.size]; len(kept) > 0; {
		end := staSize + int(binary.BigEndian.Uint16(kept))
		if bytes.Equal(kept[staSize:end], unit) {
			return true
		}
		kept = kept[end:]
	}
	return false
}

// whole tells whether a picture can be decoded with them.
func (s *parameterSets) whole() bool { return s.have == nalSequence|nalPicture }

// put writes them as a payload, 0 bytes where they are not whole.
func (s *parameterSets) put(to []byte) int {
	if !s.whole() {
		return 0
	}
	to[0] = 3<<5 | typeSTAPA // the importance of its units (RFC 6184, 5.7)
	return 1 + copy(to[1:], s.units[:s.size])
}

// bare tells whether a packet begins an IDR picture that comes without
// parameter sets although they are known, and the first packet of it. Where one
// is missing before it, that may have held new ones.
func (l *layer) bare(p *packet) (first uint16, ok bool) {
	inUnit := l.unit.have != 0 && l.unit.stamp == p.timestamp
	again := l.began.at != 0 && l.began.stamp == p.timestamp
	if p.nals&nalKey == 0 || inUnit || again || !l.sets.whole() {
		return 0, false
	}
	for first = p.seq; p.seq-first < maxSets; first-- {
		stamp, ok := l.ring.stamp(first-1, p.epoch)
		if !ok || !l.window.has(first-1) {
			return 0, false
		}
		if stamp != p.timestamp {
			return first, true
		}
	}
	return 0, false
}

// parameters puts the layer's parameter sets into a buffer of setsMost bytes.
func (l *layer) parameters(to []byte) (n int, version uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sets.put(to), l.sets.version
}

// preface is the packet of parameter sets that a run was begun with, which its
// publisher has not sent there. Guarded by its subscriber's lock.
type preface struct {
	used    bool
	seq     uint16 // outgoing
	stamp   uint32
	version uint32 // of the sets
}

// precede sends the parameter sets in front of a picture that comes without,
// under the number reserved for them.
func (t *downtrack) precede(p *packet, now int64) {
	d := &t.peer.down
	n, version := t.run.layer.parameters(d.sets[rtxSequence:])
	if n == 0 {
		return
	}
	t.preface = preface{true, t.rewriter.head, p.timestamp + t.rewriter.stampOffset, version}
	t.named.Marker, t.plain.Marker = false, false
	if t.send(p, t.preface.seq, t.preface.stamp, d.sets[rtxSequence:rtxSequence+n], now) {
		t.peer.circle.sfu.stats.packetsForwarded.Add(1)
		t.peer.circle.sfu.stats.bytesForwarded.Add(uint64(n))
	}
}

// prefaced tells whether an outgoing number is that of the run's parameter sets.
func (t *downtrack) prefaced(seq uint16) bool {
	return t.preface.used && t.preface.seq == seq && t.rewriter.head-seq < runLookback
}

// repeatPreface makes the payload of an RTX packet of them, if they still are
// those that were sent.
func (t *downtrack) repeatPreface() ([]byte, bool) {
	d := &t.peer.down
	n, version := t.run.layer.parameters(d.sets[rtxSequence:])
	binary.BigEndian.PutUint16(d.sets[:], t.preface.seq)
	t.repair.Marker, t.repair.Timestamp = false, t.preface.stamp
	return d.sets[:rtxSequence+n], n > 0 && version == t.preface.version
}

// anew ends a run whose parameter sets the publisher does not repeat, so that
// the keyframe asked for now begins another one with them.
func (t *downtrack) anew() {
	t.peer.down.mu.Lock()
	defer t.peer.down.mu.Unlock()
	if t.preface.used {
		t.preface.used = false
		t.run = run{}
		t.playing.Store(nil)
	}
}
