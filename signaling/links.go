package signaling

import "sync"

// links are the live links of this node, by id. Its lock is never held while
// anybody else is called. Safe for concurrent use.
type links struct {
	mu   sync.Mutex // guards byID
	byID map[string]*link
}

func newLinks() *links { return &links{byID: map[string]*link{}} }

// claim returns the live link of an id, or puts this one in its place.
func (ls *links) claim(l *link) (live *link, mine bool) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if live, ok := ls.byID[l.pass.Link]; ok {
		return live, false
	}
	ls.byID[l.pass.Link] = l
	return l, true
}

// live tells whether a link of that id is there.
func (ls *links) live(id string) bool {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	return ls.byID[id] != nil
}

// remove forgets a link; another one of the same id stays.
func (ls *links) remove(l *link) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if ls.byID[l.pass.Link] == l {
		delete(ls.byID, l.pass.Link)
	}
}

func (ls *links) len() int {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	return len(ls.byID)
}
