package emulate

import "slices"

// Picture is how one seat's video was shown.
type Picture struct {
	Decoded int   // frames
	Keys    int   // keyframes among them
	Dropped int   // complete, but never decodable
	Freezes int   // see screen
	Frozen  int64 // how long they were in all
	Longest int64 // the longest of them
	Asked   int   // keyframes asked for
}

// frame is one that is not shown yet.
type frame struct {
	stamp       uint32
	picture     uint16
	tl0         uint8
	temporal    uint8
	key         bool
	first, last uint16
	begins      bool // first is known
	ends        bool // last is known
	got         []uint16
}

func (f *frame) complete() bool {
	return f.begins && f.ends && len(f.got) == int(f.last-f.first)+1
}

const (
	maxFrames   = 200
	frameClock  = 90000
	maxWait     = 3 * Second        // without a picture, until a keyframe is asked for
	maxWaitKey  = 200 * Millisecond // for that keyframe, until it is asked for again
	freezeAfter = 200 * Millisecond // and three frames
	idle        = 5 * Second        // a stream without packets asks for nothing
)

// screen puts one seat's frames together and shows those that can be decoded:
// keyframes; frames of temporal layer 0 that follow the one shown last; and
// others whose frame of layer 0 was shown. A freeze is a pause between two
// shown frames of more than 200 ms plus three times the usual one.
type screen struct {
	frames  []frame // by picture id
	shown   bool
	tl0     uint8
	picture uint16
	stamp   uint32
	at      int64 // of the frame shown last, or of the beginning
	usual   int64 // between frames
	needKey bool
	asked   int64
	packet  int64 // the last
	paused  bool
	result  Picture
}

func newScreen(now int64) *screen { return &screen{needKey: true, at: now, usual: 40 * Millisecond} }

// pause tells that the sender stops or resumes by intent, as the page is told.
func (s *screen) pause(on bool, now int64) {
	if s.paused != on {
		s.paused, s.at = on, now
		s.shown = s.shown && !on
		s.needKey = true
		s.frames = nil
	}
}

// add takes one packet and returns the sequence number from which on packets
// matter, where a frame was shown.
func (s *screen) add(p *Packet, now int64) (from uint16, ok bool) {
	s.packet = now
	if s.shown && int16(p.Picture<<1-s.picture<<1) <= 0 {
		return 0, false // too late
	}
	f := s.frame(p)
	if slices.Contains(f.got, p.Seq) {
		return 0, false
	}
	f.got = append(f.got, p.Seq)
	if p.Start {
		f.first, f.begins, f.key = p.Seq, true, p.Key
	}
	if p.Marker {
		f.last, f.ends = p.Seq, true
	}
	return s.show(now)
}

// frame finds the packet's or makes it a place.
func (s *screen) frame(p *Packet) *frame {
	i := len(s.frames)
	for ; i > 0; i-- {
		step := int16(p.Picture<<1 - s.frames[i-1].picture<<1)
		if step == 0 {
			return &s.frames[i-1]
		}
		if step > 0 {
			break
		}
	}
	s.frames = slices.Insert(s.frames, i, frame{stamp: p.Stamp, picture: p.Picture, tl0: p.TL0, temporal: p.Temporal})
	if len(s.frames) > maxFrames {
		s.frames = s.frames[1:]
		i = max(i-1, 0)
	}
	return &s.frames[i]
}

// show decodes what can be, in order. A frame of a higher temporal layer that
// is not complete is passed when one after it can be shown.
func (s *screen) show(now int64) (from uint16, ok bool) {
	for i := 0; i < len(s.frames); i++ {
		f := &s.frames[i]
		if !f.complete() || !s.decodable(f) {
			continue
		}
		s.decode(f, now)
		from, ok = f.first, true
		for _, passed := range s.frames[:i] {
			if passed.complete() {
				s.result.Dropped++
			}
		}
		s.frames = s.frames[i+1:]
		i = -1
	}
	return from, ok
}

func (s *screen) decodable(f *frame) bool {
	switch {
	case f.key:
		return true
	case s.needKey:
		return false
	case f.temporal == 0:
		return f.tl0 == s.tl0+1
	}
	return f.tl0 == s.tl0
}

func (s *screen) decode(f *frame, now int64) {
	s.result.Decoded++
	if f.key {
		s.result.Keys++
	}
	if s.shown {
		s.judge(f, now)
	}
	s.shown, s.needKey = true, false
	s.tl0, s.picture, s.stamp, s.at = f.tl0, f.picture, f.stamp, now
}

// judge looks for a freeze before a frame.
func (s *screen) judge(f *frame, now int64) {
	pause := now - s.at
	if limit := freezeAfter + 3*s.usual; pause > limit {
		s.result.Freezes++
		s.result.Frozen += pause - s.usual
		s.result.Longest = max(s.result.Longest, pause)
	}
	if step := int16(f.picture<<1-s.picture<<1) >> 1; step == 1 {
		between := int64(int32(f.stamp-s.stamp)) * Second / frameClock
		s.usual += (min(between, Second/4) - s.usual) / 8
	}
}

// asks says that a keyframe is to be asked for now.
func (s *screen) asks(now int64) bool {
	if s.paused || s.packet == 0 || now-s.packet > idle {
		return false
	}
	switch {
	case !s.needKey && now-s.at > maxWait:
		s.needKey = true
	case !s.needKey || now-max(s.asked, s.at) < maxWaitKey:
		return false
	}
	s.asked = now
	s.result.Asked++
	return true
}
