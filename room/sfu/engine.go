package sfu

import (
	"fmt"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v4"
)

// Simulcast layers of a camera, by their rid.
const (
	ridLow  = "l"
	ridHigh = "h"
)

// opusFormat asks for mono speech with in-band FEC and discontinuous
// transmission (RFC 7587).
const opusFormat = "minptime=10;useinbandfec=1;usedtx=1"

// ICE timeouts. A participant keeps the seat for two minutes without a path,
// and an ICE restart within them finds the PeerConnection alive.
const (
	iceDisconnected = 7 * time.Second
	iceFailed       = 150 * time.Second
	iceKeepalive    = 2 * time.Second
)

// feedback is what the client understands of RTCP feedback (RFC 4585) about
// pictures.
func (c codecs) feedback() []webrtc.RTCPFeedback {
	var f []webrtc.RTCPFeedback
	for _, x := range []struct {
		in    bool
		value webrtc.RTCPFeedback
	}{
		{c.remb, webrtc.RTCPFeedback{Type: webrtc.TypeRTCPFBGoogREMB}},
		{c.fir, webrtc.RTCPFeedback{Type: webrtc.TypeRTCPFBCCM, Parameter: "fir"}},
		{c.nack, webrtc.RTCPFeedback{Type: webrtc.TypeRTCPFBNACK}},
		{c.pli, webrtc.RTCPFeedback{Type: webrtc.TypeRTCPFBNACK, Parameter: "pli"}},
		{c.transport, webrtc.RTCPFeedback{Type: webrtc.TypeRTCPFBTransportCC}},
	} {
		if x.in {
			f = append(f, x.value)
		}
	}
	return f
}

// mediaEngine knows the codecs and extensions of one offer, under the
// client's own numbers.
func (o *offer) mediaEngine() (*webrtc.MediaEngine, error) {
	m := &webrtc.MediaEngine{}
	c := o.codecs
	audio := webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: opusFormat,
	}
	if c.transport {
		audio.RTCPFeedback = []webrtc.RTCPFeedback{{Type: webrtc.TypeRTCPFBTransportCC}}
	}
	err := m.RegisterCodec(codecParameters(audio, c.opus), webrtc.RTPCodecTypeAudio)
	if err == nil && c.red != 0 {
		twice := webrtc.RTPCodecCapability{
			MimeType: "audio/red", ClockRate: 48000, Channels: 2, SDPFmtpLine: fmt.Sprintf("%d/%[1]d", c.opus),
		}
		err = m.RegisterCodec(codecParameters(twice, c.red), webrtc.RTPCodecTypeAudio)
	}
	if err == nil {
		err = o.registerPictures(m)
	}
	if err == nil {
		err = o.registerExtensions(m)
	}
	return m, err
}

// registerPictures knows what the client sends and what it can be shown.
func (o *offer) registerPictures(m *webrtc.MediaEngine) error {
	for _, p := range append(o.codecs.shown(), o.codecs.up.webrtc(o.codecs.sent, o.codecs.feedback())...) {
		if err := m.RegisterCodec(p, webrtc.RTPCodecTypeVideo); err != nil {
			return err
		}
	}
	return nil
}

// shown are the formats of a seat's picture, VP8 first.
func (c codecs) shown() (all []webrtc.RTPCodecParameters) {
	for k, f := range c.down {
		all = append(all, f.webrtc(codec(k), c.feedback())...)
	}
	return all
}

func codecParameters(c webrtc.RTPCodecCapability, number uint8) webrtc.RTPCodecParameters {
	return webrtc.RTPCodecParameters{RTPCodecCapability: c, PayloadType: webrtc.PayloadType(number)}
}

func (o *offer) registerExtensions(m *webrtc.MediaEngine) error {
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
		for _, uri := range extensionURIs {
			if *o.extensions.byURI(uri) == 0 || !allowed(uri, firstLine(kind)) {
				continue
			}
			if err := m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: uri}, kind); err != nil {
				return err
			}
		}
	}
	return nil
}

// firstLine is the first m-line of a kind.
func firstLine(kind webrtc.RTPCodecType) int {
	if kind == webrtc.RTPCodecTypeAudio {
		return lineMic
	}
	return lineCamera
}

// settings are the transport's: lite, one socket, GCM, and our tap under
// SRTP. The server is always the DTLS server, whose order of SRTP profiles
// decides.
func (s *SFU) settings() webrtc.SettingEngine {
	e := webrtc.SettingEngine{LoggerFactory: s.stack}
	e.SetLite(true)
	e.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	e.SetICEUDPMux(s.udp)
	networks := []webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6}
	if s.tcp != nil {
		e.SetICETCPMux(s.tcp)
		networks = append(networks, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6)
	}
	e.SetNetworkTypes(networks)
	e.SetIncludeLoopbackCandidate(true)
	e.DisableActiveTCP(true)
	e.SetICETimeouts(iceDisconnected, iceFailed, iceKeepalive)
	e.SetSRTPProtectionProfiles(
		dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AEAD_AES_256_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80,
	)
	_ = e.SetAnsweringDTLSRole(webrtc.DTLSRoleServer) // refuses only DTLSRoleAuto
	e.SetDTLSInsecureSkipHelloVerify(true)            // ICE has proved the address already
	return e
}

// newConnection makes the PeerConnection for an accepted offer. Everything it
// receives goes to the peer's taps.
func (s *SFU) newConnection(o *offer, p *Peer) (*webrtc.PeerConnection, error) {
	engine, err := o.mediaEngine()
	if err != nil {
		return nil, err
	}
	cert, err := s.cert.get(time.Now())
	if err != nil {
		return nil, err
	}
	settings := s.settings()
	settings.BufferFactory = p.tap
	settings.LoggerFactory = peerLog{s.stack, p}
	settings.SetRemoteIPFilter(p.admitSource)
	api := webrtc.NewAPI(
		webrtc.WithMediaEngine(engine),
		webrtc.WithSettingEngine(settings),
		webrtc.WithInterceptorRegistry(&interceptor.Registry{}),
	)
	return api.NewPeerConnection(webrtc.Configuration{Certificates: []webrtc.Certificate{cert}})
}
