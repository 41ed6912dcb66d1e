package sfu

import (
	"strconv"
	"strings"
)

// codecs are the payload types of a client, and the feedback it understands.
// red is 0 where it has none.
type codecs struct {
	opus, red            uint8
	sent                 codec                 // of its own pictures
	up                   format                // the same, in its own m-lines
	down                 [pictureCodecs]format // in the seats' m-lines, by codec
	nack, pli, fir, remb bool
	transport            bool // transport-wide feedback for what the client sends
}

// takeCodecs finds Opus in every audio m-line, what the client sends its
// pictures in, and what it can be shown. One payload type has one meaning in a
// bundle.
func (o *offer) takeCodecs(d *description) error {
	for i := range d.media {
		m := &d.media[i]
		if m.kind != "audio" {
			continue
		}
		opus := m.payloadType("opus/48000/2")
		if opus == 0 || o.codecs.opus != 0 && o.codecs.opus != opus {
			return refusal("no common Opus")
		}
		o.codecs.opus = opus
		o.takeRedundancy(i, m)
	}
	if !o.takeSent(d) || !o.takeShown(d) {
		return refusal("no common picture codec")
	}
	o.codecs.takeFeedback(&d.media[lineCamera])
	if !o.codecs.distinct() {
		return refusal("payload type twice")
	}
	return nil
}

// takeRedundancy notes redundant audio where every seat's m-line can have it.
func (o *offer) takeRedundancy(line int, m *section) {
	if line < ownLines {
		return
	}
	red, opus := m.payloadType("red/48000/2"), strconv.Itoa(int(o.codecs.opus))
	for _, f := range m.fmtp {
		if payloadType(f.number) == red && f.rest != opus+"/"+opus {
			red = 0
		}
	}
	if line > ownLines && red != o.codecs.red {
		red = 0
	}
	o.codecs.red = red
}

// takeSent chooses what camera and slide are sent in: VP8, or H.264 from a
// client that has no VP8.
func (o *offer) takeSent(d *description) bool {
	for c := range pictureCodecs {
		if f, ok := common(c, d.media[lineCamera:ownLines]); ok {
			o.codecs.sent, o.codecs.up = c, f
			return true
		}
	}
	return false
}

// takeShown notes what the client can be shown on every seat.
func (o *offer) takeShown(d *description) (any bool) {
	for c := range pictureCodecs {
		if f, ok := common(c, d.media[ownLines:]); ok {
			o.codecs.down[c], any = f, true
		}
	}
	return any
}

// common is a codec's format where all video m-lines have the same.
func common(c codec, media []section) (f format, ok bool) {
	for i := range media {
		if media[i].kind != "video" {
			continue
		}
		next := media[i].picture(c)
		if next.number == 0 || ok && next != f {
			return format{}, false
		}
		f, ok = next, true
	}
	return f, ok
}

// picture is an m-line's format of a codec; of H.264 the one of the simplest
// profile, which most others understand, and of its highest level.
func (m *section) picture(c codec) (best format) {
	for _, n := range m.formats {
		f := format{number: payloadType(n)}
		if f.number == 0 || !strings.EqualFold(m.codec(n), c.rtpmap()) {
			continue
		}
		if c == codecH264 {
			f.profile = m.profileLevel(n)
			if f.profile == 0 || best.number != 0 && !f.profile.simpler(best.profile) {
				continue
			}
		} else if best.number != 0 {
			continue
		}
		best = f
	}
	best.repair = m.repair(best.number)
	return best
}

// profileLevel is that of an H.264 format in packetization mode 1, else 0.
func (m *section) profileLevel(number string) (id profileLevel) {
	mode := ""
	for _, f := range m.fmtp {
		if f.number != number {
			continue
		}
		for parameter := range strings.SplitSeq(f.rest, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
			switch strings.ToLower(name) {
			case "packetization-mode":
				mode = value
			case "profile-level-id":
				id = parseProfileLevel(value)
			}
		}
	}
	if mode != "1" {
		return 0
	}
	return id
}

// repair is the payload type of a format's retransmissions, 0 for none.
func (m *section) repair(number uint8) (repair uint8) {
	for _, f := range m.fmtp {
		if number != 0 && f.rest == "apt="+strconv.Itoa(int(number)) && m.codec(f.number) == "rtx/90000" {
			repair = payloadType(f.number)
		}
	}
	return repair
}

// takeFeedback reads what feedback the client understands for what it sends.
func (c *codecs) takeFeedback(m *section) {
	for _, f := range m.feedback {
		if f.number != "*" && payloadType(f.number) != c.up.number {
			continue
		}
		switch f.rest {
		case "nack":
			c.nack = true
		case "nack pli":
			c.pli = true
		case "ccm fir":
			c.fir = true
		case "goog-remb":
			c.remb = true
		case "transport-cc":
			c.transport = true
		}
	}
}

// distinct tells whether every payload type has one meaning.
func (c *codecs) distinct() bool {
	type meaning struct {
		codec codec
		format
		part string
	}
	means := map[uint8]meaning{c.opus: {part: "opus"}}
	once := func(number uint8, m meaning) bool {
		if had, ok := means[number]; ok && number != 0 && had != m {
			return false
		}
		means[number] = m
		return true
	}
	ok := once(c.red, meaning{part: "red"})
	picture := func(k codec, f format) {
		ok = ok && once(f.number, meaning{k, f, "picture"}) && once(f.repair, meaning{k, f, "repair"})
	}
	picture(c.sent, c.up)
	for k, f := range c.down {
		picture(codec(k), f)
	}
	return ok
}
