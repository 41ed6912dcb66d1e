package sfutest

import "github.com/pion/webrtc/v4"

// Payload types of the offer.
const (
	opusFormat = 111
	vp8Format  = 96
	rtxFormat  = 97
	redFormat  = 63
)

// Header extensions of the offer.
const (
	uriMID         = "urn:ietf:params:rtp-hdrext:sdes:mid"
	uriRID         = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
	uriRepairedRID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
	uriAudioLevel  = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
	uriSendTime    = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
	uriTransport   = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
)

func mediaEngine() (*webrtc.MediaEngine, error) {
	m := &webrtc.MediaEngine{}
	transport := webrtc.RTCPFeedback{Type: "transport-cc"}
	feedback := []webrtc.RTCPFeedback{
		transport, {Type: "goog-remb"}, {Type: "ccm", Parameter: "fir"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"},
	}
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
		{webrtc.RTPCodecTypeVideo, vp8Format, webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeVP8, ClockRate: 90000, RTCPFeedback: feedback,
		}},
		{webrtc.RTPCodecTypeVideo, rtxFormat, webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: "apt=96",
		}},
	} {
		p := webrtc.RTPCodecParameters{RTPCodecCapability: c.codec, PayloadType: c.format}
		if err := m.RegisterCodec(p, c.kind); err != nil {
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
