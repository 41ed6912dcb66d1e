package sfu

import (
	"fmt"
	"strings"

	"github.com/pion/webrtc/v4"
)

// write makes the session description pion gets: the offer's meaning in our
// own words, without candidates, foreign codecs and foreign extensions. The
// version counts the offers of one peer.
func (o *offer) write(version int) string {
	b := &strings.Builder{}
	b.Grow(400 * len(o.mids))
	fmt.Fprintf(b, "v=0\r\no=- 1 %d IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n", version)
	fmt.Fprintf(b, "a=group:BUNDLE %s\r\na=fingerprint:sha-256 %s\r\n", strings.Join(o.mids, " "), o.fingerprint)
	for line := range o.mids {
		o.writeLine(b, line)
	}
	return b.String()
}

func (o *offer) writeLine(b *strings.Builder, line int) {
	audio := lineKind(line) == "audio"
	formats := fmt.Sprint(o.codecs.opus)
	redundant := audio && line >= ownLines && o.codecs.red != 0
	if redundant {
		formats += fmt.Sprintf(" %d", o.codecs.red)
	}
	if !audio {
		formats = ""
		for _, p := range o.pictures(line) {
			formats += p.numbers()
		}
		formats = formats[1:]
	}
	fmt.Fprintf(b, "m=%s 9 UDP/TLS/RTP/SAVPF %s\r\nc=IN IP4 0.0.0.0\r\n", lineKind(line), formats)
	fmt.Fprintf(b, "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=setup:%s\r\n", o.ufrag, o.pwd, o.setup)
	fmt.Fprintf(b, "a=mid:%s\r\na=rtcp-mux\r\na=%s\r\n", o.mids[line], lineDirection(line))
	o.writeExtensions(b, line)
	if audio {
		fmt.Fprintf(b, "a=rtpmap:%d opus/48000/2\r\na=fmtp:%[1]d %s\r\n", o.codecs.opus, opusFormat)
		if redundant {
			fmt.Fprintf(b, "a=rtpmap:%d red/48000/2\r\na=fmtp:%[1]d %d/%[2]d\r\n", o.codecs.red, o.codecs.opus)
		}
		if o.codecs.transport && line < ownLines {
			fmt.Fprintf(b, "a=rtcp-fb:%d %s\r\n", o.codecs.opus, webrtc.TypeRTCPFBTransportCC)
		}
		return
	}
	o.writeVideo(b, line)
	if line == lineCamera && len(o.layers) > 0 {
		for _, rid := range o.layers {
			fmt.Fprintf(b, "a=rid:%s send\r\n", rid)
		}
		fmt.Fprintf(b, "a=simulcast:send %s\r\n", strings.Join(o.layers, ";"))
	}
}

func (o *offer) writeExtensions(b *strings.Builder, line int) {
	for _, uri := range extensionURIs {
		if id := *o.offered[line].byURI(uri); id != 0 {
			fmt.Fprintf(b, "a=extmap:%d %s\r\n", id, uri)
		}
	}
}

// pictures are the formats of a video m-line, by codec.
func (o *offer) pictures(line int) [pictureCodecs]format {
	if line >= ownLines {
		return o.codecs.down
	}
	var own [pictureCodecs]format
	own[o.codecs.sent] = o.codecs.up
	return own
}

func (o *offer) writeVideo(b *strings.Builder, line int) {
	c := o.codecs
	c.transport = c.transport && line < ownLines
	for k, f := range o.pictures(line) {
		f.write(b, codec(k), c.feedback())
	}
}
