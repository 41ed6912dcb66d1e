package sfu

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/pion/webrtc/v4"
)

// codec is how a picture is coded. What one participant sends is coded in one
// way, in all its m-lines.
type codec uint8

const (
	codecVP8 codec = iota
	codecH264
	pictureCodecs
)

// rtpmap is the codec's name in a session description.
func (c codec) rtpmap() string { return [...]string{"VP8/90000", "H264/90000"}[c] }

func (c codec) mimeType() string {
	return [...]string{webrtc.MimeTypeVP8, webrtc.MimeTypeH264}[c]
}

// format is a picture codec under a client's own numbers. The zero value is
// none.
type format struct {
	number  uint8 // payload type
	repair  uint8 // of its retransmissions (RFC 4588); 0 where the client has none
	profile profileLevel
}

// profileLevel is a profile-level-id (RFC 6184, 8.1), 0 for VP8.
type profileLevel uint32

// profile is the part of H.264 that a decoder has to know, the simplest first.
type profile uint8

const (
	noProfile profile = iota
	constrainedBaseline
	baseline
	mainProfile
	highProfile
)

// parseProfileLevel reads a profile-level-id; 0 for one that is none or of a
// profile that no browser sends.
func parseProfileLevel(s string) profileLevel {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 3 {
		return 0
	}
	id := profileLevel(b[0])<<16 | profileLevel(b[1])<<8 | profileLevel(b[2])
	if id.profile() == noProfile {
		return 0
	}
	return id
}

// profile follows RFC 6184, table 5.
func (p profileLevel) profile() profile {
	idc, iop := byte(p>>16), byte(p>>8)
	switch {
	case idc == 0x42 && iop&0x40 != 0, idc == 0x4d && iop&0x80 != 0, idc == 0x58 && iop&0xc0 == 0xc0:
		return constrainedBaseline
	case idc == 0x42, idc == 0x58 && iop&0x80 != 0:
		return baseline
	case idc == 0x4d:
		return mainProfile
	case idc == 0x64:
		return highProfile
	}
	return noProfile
}

// decodes tells whether who takes p understands a stream of another profile.
func (p profile) decodes(stream profile) bool {
	return stream == constrainedBaseline || stream == p || stream == mainProfile && p == highProfile
}

// parameters are the fmtp of H.264, "" for VP8. Packets of one NAL unit, of
// several small ones and of parts of a large one (packetization mode 1).
func (f format) parameters() string {
	if f.profile == 0 {
		return ""
	}
	return fmt.Sprintf("level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=%06x", uint32(f.profile))
}

// parameters for pion: the codec and its retransmissions.
func (f format) webrtc(c codec, feedback []webrtc.RTCPFeedback) []webrtc.RTPCodecParameters {
	if f.number == 0 {
		return nil
	}
	all := []webrtc.RTPCodecParameters{codecParameters(webrtc.RTPCodecCapability{
		MimeType: c.mimeType(), ClockRate: 90000, SDPFmtpLine: f.parameters(), RTCPFeedback: feedback,
	}, f.number)}
	if f.repair != 0 {
		all = append(all, codecParameters(webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: fmt.Sprintf("apt=%d", f.number),
		}, f.repair))
	}
	return all
}

// numbers are the payload types of the m= line.
func (f format) numbers() string {
	switch {
	case f.number == 0:
		return ""
	case f.repair == 0:
		return fmt.Sprintf(" %d", f.number)
	}
	return fmt.Sprintf(" %d %d", f.number, f.repair)
}

// write describes the format in an m-line.
func (f format) write(b *strings.Builder, c codec, feedback []webrtc.RTCPFeedback) {
	if f.number == 0 {
		return
	}
	fmt.Fprintf(b, "a=rtpmap:%d %s\r\n", f.number, c.rtpmap())
	for _, x := range feedback {
		fmt.Fprintf(b, "a=rtcp-fb:%d %s\r\n", f.number, strings.TrimSpace(x.Type+" "+x.Parameter))
	}
	if f.profile != 0 {
		fmt.Fprintf(b, "a=fmtp:%d %s\r\n", f.number, f.parameters())
	}
	if f.repair != 0 {
		fmt.Fprintf(b, "a=rtpmap:%d rtx/90000\r\na=fmtp:%[1]d apt=%d\r\n", f.repair, f.number)
	}
}

// first is the codec a seat's picture has as long as nobody is shown.
func (c *codecs) first() codec {
	if c.down[codecVP8].number == 0 {
		return codecH264
	}
	return codecVP8
}
