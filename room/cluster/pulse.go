package cluster

import "time"

// pulse is what a node thinks of itself. It is pure; times are passed in.
//
//	forwarding --stood still, or cut off--> silent --1 s--> stranded --5 s--> given up
//	forwarding <--the rooms are its own---- silent, stranded or given up
type pulse struct {
	looked time.Time // the last look at the clock
	since  time.Time // when it fell silent; the zero value while it forwards
	left   bool      // stranded since
	gone   bool      // given up since
	blind  bool      // stood still for so long that it cannot know who else is there
	age    uint64    // how often it fell silent, or stood still while silent
}

// act is what a look leads to.
type act uint8

const (
	goOn   act = iota
	freeze     // be silent: it stood still
	hush       // be silent: it is cut off
	strand     // send people to other nodes
	giveUp     // close the rooms
)

// look takes a look at the clock, at whether somebody else found that the node
// stood still, and at whether it is cut off.
func (p *pulse) look(now time.Time, froze, cut bool) act {
	still := p.still(now)
	p.looked = now
	switch {
	case froze || still > frozenAfter:
		p.blind = p.blind || still > knownFor
		p.fall(now)
		return freeze
	case cut && p.since.IsZero():
		p.fall(now)
		return hush
	case !p.since.IsZero() && !p.left && now.Sub(p.since) >= strandAfter:
		p.left = true
		return strand
	case !p.since.IsZero() && !p.gone && now.Sub(p.since) >= giveUpAfter:
		p.gone = true
		return giveUp
	}
	return goOn
}

// still is how long it has not looked at the clock, by the monotonic clock or
// the wall clock, whichever shows more: one of them stops while a machine sleeps.
func (p *pulse) still(now time.Time) time.Duration {
	if p.looked.IsZero() {
		return 0
	}
	return max(now.Sub(p.looked), now.Round(0).Sub(p.looked.Round(0)))
}

// fall begins a silence, or makes what was found out in this one worthless.
func (p *pulse) fall(now time.Time) {
	p.age++
	if p.since.IsZero() {
		p.since = now
	}
}

// silent says whether the packet path is shut.
func (p *pulse) silent() bool { return !p.since.IsZero() }

// confirmed ends the silence of this age; false for an older one's, which is
// worthless.
func (p *pulse) confirmed(age uint64) bool {
	if age != p.age || !p.silent() {
		return false
	}
	p.since, p.left, p.gone, p.blind = time.Time{}, false, false, false
	return true
}
