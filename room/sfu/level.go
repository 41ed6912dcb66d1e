package sfu

// level is what a decoder of H.264 has to bear in pixels and in pixels a second
// (H.264, table A-1): twice the standard's level_idc, so that 1b has a place
// between 1 and 1.1. 0 for another codec.
type level uint8

// Levels that pictures here stay within, whatever more their sender's encoder
// could do: 180p and 360p at 30 fps, 720p for a slide.
const (
	levelLow    level = 2 * 13
	levelCamera level = 2 * 30
	levelSlide  level = 2 * 31
	level1b     level = 2*11 - 1
)

// level follows RFC 6184, 8.1: level 1b is 11 with a flag in the simpler
// profiles, and 9 in the others.
func (p profileLevel) level() level {
	idc, iop, number := byte(p>>16), byte(p>>8), byte(p)
	switch {
	case number == 9, number == 11 && iop&0x10 != 0 && idc != 0x64:
		return level1b
	case number > 127:
		return 0xff
	}
	return level(2 * number)
}

// simpler tells which of two formats is to be preferred: more decoders know its
// profile, or it bears more.
func (p profileLevel) simpler(than profileLevel) bool {
	if p.profile() != than.profile() {
		return p.profile() < than.profile()
	}
	return p.level() > than.level()
}

// needs is the level of a picture that a client sends: what it says of its
// encoder, or less where the picture is a small one.
func (c *codecs) needs(line int, rid string) level {
	most := levelCamera
	switch {
	case line == lineSlide:
		most = levelSlide
	case rid == ridLow:
		most = levelLow
	}
	return min(c.up.profile.level(), most)
}

// takes tells whether a client can be shown a layer: it has the codec, and of
// H.264 the profile and the level.
func (c *codecs) takes(l *layer) bool {
	f, from := c.down[l.codec], &l.peer.offer.codecs
	if f.number == 0 || l.codec != codecH264 {
		return f.number != 0
	}
	return f.profile.profile().decodes(from.up.profile.profile()) && f.profile.level() >= l.needs
}
