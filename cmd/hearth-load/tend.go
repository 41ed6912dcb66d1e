package main

import (
	"context"
	"fmt"
	"time"
)

// tendEvery is how often missing packets are asked again and connections are
// looked at: about a round trip of a real line.
const tendEvery = 50 * time.Millisecond

// tend does for all sessions what a browser does by itself, until ctx is done.
func (l *load) tend(ctx context.Context) {
	tick := time.NewTicker(tendEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			for _, s := range l.present() {
				s.askAgain()
				l.watch(s)
			}
		case <-ctx.Done():
			return
		}
	}
}

// askAgain sends NACKs for what is missing of the pictures. Sound is not asked
// again: it has no RTX.
func (s *session) askAgain() {
	var room [pendingMost]uint16
	for seat := range s.ears.seats {
		if seqs := s.ears.missing(seat, room[:0]); len(seqs) > 0 {
			_ = s.media.AskAgain(seat, seqs...)
		}
	}
}

// watch counts a session that has ended by itself.
func (l *load) watch(s *session) {
	why := ""
	select {
	case <-s.link.Done():
		if why = s.link.Bye(); why == "" {
			why = fmt.Sprintf("close_%d", s.link.CloseCode())
		}
	default:
		if state := s.media.State().String(); state == "failed" || state == "disconnected" {
			why = "media_" + state
		}
	}
	if why != "" && s.lost.CompareAndSwap(false, true) {
		l.tally.ended.add(why)
	}
}
