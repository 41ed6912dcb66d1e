package cluster

// Stats count what a cluster did since New.
type Stats struct {
	Beats, Missed              uint64 // announcements that went through, and that did not
	Asked, Unanswered, Refused uint64 // questions to other nodes, and how many were not answered
	Claims, Thefts             uint64 // rooms taken that were free, and taken over from another node
	Lives                      uint64 // rooms left to an owner that does not answer but announces itself
	Silences, GivenUp          uint64 // times the packet path was shut, and the rooms closed
	Stranded                   uint64 // times people were sent to other nodes because of a silence
	Dead                       uint64 // times another node was found dead
	Frozen                     uint64 // of Silences: the node had stood still
	Lost                       uint64 // times Redis had lost what it was told
}

func (s *Stats) count(r result) {
	s.Asked++
	switch r {
	case silent:
		s.Unanswered++
	case refused:
		s.Refused++
	}
}

// Stats returns the counts. It may be called at any time.
func (c *Cluster) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stats
}

// tally changes the counts.
func (c *Cluster) tally(change func(*Stats)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.stats)
}
