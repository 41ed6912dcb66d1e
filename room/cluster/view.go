package cluster

import (
	"slices"
	"strings"
	"time"

	"hearth/room"
)

// result is how a question to a node ended.
type result uint8

const (
	unasked result = iota
	mine           // it owns the room, or is about to
	notMine
	refused // no process listens there
	silent
)

// peer is another node as this one knows it.
type peer struct {
	room.Node
	// When it last announced itself, by this node's clock: no earlier and no
	// later than these.
	lo, hi time.Time
	last   result    // of the last question to it
	asked  time.Time // when that ended
	quiet  time.Time // when the first of the questions ended that it left open in a row
	misses int       // how many of them were those of a round
	row    int       // questions to a suspect that it left open in a row
	rowed  time.Time // when the last of those ended
	told   bool      // of its death, since it was last heard of
	gone   bool      // it cannot come back with rooms: nobody until it announces itself or answers again
}

// answers says whether the last question to it was answered.
func (p *peer) answers() bool { return p.last != refused && p.last != silent }

// view is what this node knows of the others. It is pure; times are passed in.
//
// A node that does not announce itself any more may be cut from Redis and go on
// with its rooms, for as long as all others answer it. So it is kept, and asked,
// until its port refuses the connection, or until it has been silent for so
// long that it cannot come back with rooms: it has given them up, or has stood
// still for so long that it must not trust what it knows. While Redis is away
// nobody is dropped: whoever was there when it went is there until it is back.
type view struct {
	peers   map[string]*peer
	began   time.Time // start of the last announcement that went through
	heardAt time.Time // when its answer came
	settled time.Time // when everybody has had the time to be seen since Redis came, or lost data
	young   time.Time // the same, since this node was started
	rebuilt time.Time // when every living owner has told Redis again since
	empty   time.Time // the same, where Redis lost data: until then it may confirm a lease that is lost
}

func newView() view { return view{peers: map[string]*peer{}} }

// heard takes the answer of an announcement that was under way from start to
// end. lost says that Redis does not know what it was told before.
func (v *view) heard(self string, nodes []room.Node, start, end time.Time) (back, lost bool) {
	back = start.Sub(v.began) > silentAfter
	lost = !v.began.IsZero() && forgot(self, nodes, end.Sub(v.began))
	if back || lost {
		v.settled, v.rebuilt = end.Add(settleFor), end.Add(rebuildFor)
	}
	if lost {
		v.empty = v.rebuilt
	}
	if v.began.IsZero() {
		v.young = v.settled
	}
	last := latest(nodes)
	for _, n := range nodes {
		if n.ID != self && n.URL != "" && !last.replaces(n) {
			v.see(n, start, end)
		}
	}
	v.began, v.heardAt = start, end
	for id, p := range v.peers {
		now := p.Node
		now.Age = v.still(p)
		if p.misses = 0; p.gone && now.Age > forgetAfter || last.replaces(now) {
			delete(v.peers, id)
		}
	}
	return back, lost
}

// urls are the nodes of an answer by their URLs: the youngest of each.
type urls map[string]room.Node

func latest(nodes []room.Node) urls {
	all := urls{}
	for _, n := range nodes {
		if y, ok := all[n.URL]; !ok || n.Age < y.Age {
			all[n.URL] = n
		}
	}
	return all
}

// replaces says whether a process is gone because another one was started at its
// URL, under another id: it has left out two announcements since. Whoever asks
// there is answered by the new one.
func (u urls) replaces(n room.Node) bool {
	y, ok := u[n.URL]
	return ok && y.ID != n.ID && n.Age-y.Age >= suspectAfter
}

// forgot says whether Redis has lost this node's last announcement, which
// began so long ago.
func forgot(self string, nodes []room.Node, ago time.Duration) bool {
	i := slices.IndexFunc(nodes, func(n room.Node) bool { return n.ID == self })
	return i < 0 || nodes[i].Age > ago+100*time.Millisecond
}

// see takes one node of an answer.
func (v *view) see(n room.Node, start, end time.Time) {
	p := v.peers[n.ID]
	if p == nil {
		if len(v.peers) >= maxPeers {
			return
		}
		p = &peer{}
		v.peers[n.ID] = p
	}
	p.Node = n
	if start.Add(-n.Age).After(p.hi) { // it lives
		p.gone, p.told = false, false
	}
	p.lo, p.hi = start.Add(-n.Age), end.Add(-n.Age)
}

// all are the nodes that are known, in the order of their ids.
func (v *view) all() []peer {
	return slices.DeleteFunc(v.ever(), func(p peer) bool { return p.gone })
}

// ever are all of them, and those that were found gone: one may have been
// started again without a way to tell.
func (v *view) ever() []peer {
	list := make([]peer, 0, len(v.peers))
	for _, p := range v.peers {
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b peer) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// ready are the nodes that take new rooms.
func (v *view) ready(now time.Time) []peer {
	return slices.DeleteFunc(v.all(), func(p peer) bool {
		failed := !p.answers() && now.Sub(p.asked) < deadAfter
		return p.Draining || p.URL == "" || p.People < 0 || failed || v.still(&p) >= deadAfter
	})
}

// noted remembers how a question to a node ended, and whether it is gone.
func (v *view) noted(id string, r result, now time.Time) {
	p := v.peers[id]
	if p == nil {
		return
	}
	row := p.last == silent && now.Sub(p.asked) < rowWithin
	p.last, p.asked = r, now
	switch {
	case r != silent:
		p.misses, p.quiet, p.row, p.told = 0, time.Time{}, 0, false
		p.gone = p.gone && r == refused
	case !row:
		p.quiet = now
	}
	long := r == silent && now.Sub(p.quiet) >= knownFor && v.still(p) >= knownFor
	if !v.away(now) && (long || r == refused && v.still(p) >= goneAfter) {
		p.gone = true
	}
}

// still is how old a node's stamp was when Redis last answered.
func (v *view) still(p *peer) time.Duration { return v.heardAt.Sub(p.hi) }

// stamp is when a node last announced itself; ok is false for one that is not known.
func (v *view) stamp(id string) (lo, hi time.Time, ok bool) {
	p := v.peers[id]
	if p == nil {
		return time.Time{}, time.Time{}, false
	}
	return p.lo, p.hi, true
}

// missed counts a question of a round that these nodes left open.
func (v *view) missed(ids []string) {
	for _, id := range ids {
		if p := v.peers[id]; p != nil {
			p.misses++
		}
	}
}

// cut says whether one of the nodes that could take rooms over has been out of
// reach for two rounds.
func (v *view) cut() bool {
	for _, p := range v.peers {
		if p.misses >= 2 && !p.Draining && !p.gone {
			return true
		}
	}
	return false
}

// forgive forgets who missed rounds.
func (v *view) forgive() {
	for _, p := range v.peers {
		p.misses = 0
	}
}

// away says whether Redis has taken no announcement for so long that others
// may have stopped to count on this node.
func (v *view) away(now time.Time) bool { return now.Sub(v.began) >= silentAfter }
