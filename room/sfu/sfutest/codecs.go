package sfutest

import "github.com/pion/webrtc/v4"

// Payload types of the offer.
const (
	opusFormat = 111
	vp8Format  = 96
	rtxFormat  = 97
	redFormat  = 63

	h264Format    = 98
	h264RTXFormat = 99
)

// Codecs are those a participant can be shown pictures of.
type Codecs uint8

// The codecs; together they are both.
const (
	VP8 Codecs = 1 << iota
	H264
)

// pictures are the codecs of a video m-line: what the participant sends in its
// own, what it can be shown in a seat's.
func (c Config) pictures(line int) (all []webrtc.RTPCodecParameters) {
	codecs := c.Shows
	switch {
	case line < ownLines && c.H264:
		codecs = H264
	case line < ownLines, codecs == 0:
		codecs = VP8
	}
	for _, k := range pictureFormats {
		if codecs&k.codec != 0 {
			k.parameters.RTCPFeedback = pictureFeedback
			all = append(all, webrtc.RTPCodecParameters{RTPCodecCapability: k.parameters, PayloadType: k.format},
				webrtc.RTPCodecParameters{RTPCodecCapability: k.repair, PayloadType: k.format + 1})
		}
	}
	return all
}

var pictureFeedback = []webrtc.RTCPFeedback{
	{Type: "transport-cc"}, {Type: "goog-remb"}, {Type: "ccm", Parameter: "fir"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"},
}

var pictureFormats = []struct {
	codec              Codecs
	format             webrtc.PayloadType
	parameters, repair webrtc.RTPCodecCapability
}{
	{VP8, vp8Format, webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000},
		webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: "apt=96"}},
	{H264, h264Format, webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeH264, ClockRate: 90000,
		SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"},
		webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: "apt=98"}},
}

// Header extensions of the offer.
const (
	uriMID         = "urn:ietf:params:rtp-hdrext:sdes:mid"
	uriRID         = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
	uriRepairedRID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
	uriAudioLevel  = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
	uriSendTime    = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
	uriTransport   = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
)

func (c Config) mediaEngine() (*webrtc.MediaEngine, error) {
	m := &webrtc.MediaEngine{}
	transport := webrtc.RTCPFeedback{Type: "transport-cc"}
	for _, c := range []struct {
		kind   webrtc.RTPCodecType
		format webrtc.PayloadType
		codec  webrtc.RTPCodecCapability
	}{
		{webrtc.RTPCodecTypeAudio, opusFormat, webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1",
			RTCPFeedback: []webrtc.RTCPFeedback{transport},
		}},
		{webrtc.RTPCodecTypeAudio, redFormat, webrtc.RTPCodecCapability{
			MimeType: "audio/red", ClockRate: 48000, Channels: 2, SDPFmtpLine: "111/111",
		}},
	} {
		p := webrtc.RTPCodecParameters{RTPCodecCapability: c.codec, PayloadType: c.format}
		if err := m.RegisterCodec(p, c.kind); err != nil {
			return nil, err
		}
	}
	for _, p := range append(c.pictures(lineCamera), c.pictures(ownLines+1)...) {
		if err := m.RegisterCodec(p, webrtc.RTPCodecTypeVideo); err != nil {
			return nil, err
		}
	}
	for _, e := range []struct {
		uri   string
		kinds []webrtc.RTPCodecType
	}{
		{uriMID, []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo}},
		{uriSendTime, []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo}},
		{uriTransport, []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo}},
		{uriAudioLevel, []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio}},
		{uriRID, []webrtc.RTPCodecType{webrtc.RTPCodecTypeVideo}},
		{uriRepairedRID, []webrtc.RTPCodecType{webrtc.RTPCodecTypeVideo}},
	} {
		for _, kind := range e.kinds {
			if err := m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: e.uri}, kind); err != nil {
				return nil, err
			}
		}
	}
	return m, nil
}
