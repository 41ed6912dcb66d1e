package relaytest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"hearth/room/sfu/sfutest"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// Config is one participant and the way to its TURN server.
type Config struct {
	// Seats of the circle.
	Seats int
	// URLs of the TURN server (RFC 7065), with the credentials.
	URLs                 []string
	Username, Credential string
}

// ownLines are the m-lines before those of the seats: microphone, camera, slide.
const ownLines = 3

// Participant is one client. Safe for concurrent use.
type Participant struct {
	// Static after New.
	pc          *webrtc.PeerConnection
	mic, camera *webrtc.TrackLocalStaticRTP
	connected   chan struct{}
	end         chan struct{}

	state          atomic.Int32 // webrtc.PeerConnectionState
	sounds, images []atomic.Uint64
	once, ending   sync.Once
	running        sync.WaitGroup
}

// New makes a participant, and its offer once it has its relayed addresses.
func New(c Config) (*Participant, error) {
	p := &Participant{
		connected: make(chan struct{}), end: make(chan struct{}),
		sounds: make([]atomic.Uint64, c.Seats), images: make([]atomic.Uint64, c.Seats),
	}
	err := p.open(c)
	if err == nil {
		err = p.describe(c.Seats)
	}
	if err != nil {
		p.Close()
		return nil, fmt.Errorf("relaytest: %w", err)
	}
	return p, nil
}

func (p *Participant) open(c Config) (err error) {
	engine := &webrtc.MediaEngine{}
	if err := register(engine); err != nil {
		return err
	}
	settings := webrtc.SettingEngine{LoggerFactory: sfutest.Silence{}}
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetICETimeouts(2*time.Second, 4*time.Second, 500*time.Millisecond)
	settings.SetRelayAcceptanceMinWait(0) // there is nothing better to wait for
	api := webrtc.NewAPI(webrtc.WithMediaEngine(engine), webrtc.WithSettingEngine(settings), webrtc.WithInterceptorRegistry(&interceptor.Registry{}))
	p.pc, err = api.NewPeerConnection(webrtc.Configuration{
		ICETransportPolicy: webrtc.ICETransportPolicyRelay,
		ICEServers:         []webrtc.ICEServer{{URLs: c.URLs, Username: c.Username, Credential: c.Credential}},
	})
	if err != nil {
		return err
	}
	p.pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		p.state.Store(int32(s))
		if s == webrtc.PeerConnectionStateConnected {
			p.once.Do(func() { close(p.connected) })
		}
	})
	p.pc.OnTrack(p.read)
	return nil
}

// register knows what a circle negotiates.
func register(m *webrtc.MediaEngine) error {
	opus := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1"}
	vp8 := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000, RTCPFeedback: []webrtc.RTCPFeedback{
		{Type: "goog-remb"}, {Type: "ccm", Parameter: "fir"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"}}}
	if err := m.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: opus, PayloadType: 111}, webrtc.RTPCodecTypeAudio); err != nil {
		return err
	}
	if err := m.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: vp8, PayloadType: 96}, webrtc.RTPCodecTypeVideo); err != nil {
		return err
	}
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
		mid := webrtc.RTPHeaderExtensionCapability{URI: "urn:ietf:params:rtp-hdrext:sdes:mid"}
		if err := m.RegisterHeaderExtension(mid, kind); err != nil {
			return err
		}
	}
	return nil
}

// describe makes the offer and waits for the relayed addresses in it.
func (p *Participant) describe(seats int) (err error) {
	for i, own := range []struct {
		mime  string
		track **webrtc.TrackLocalStaticRTP
	}{{webrtc.MimeTypeOpus, &p.mic}, {webrtc.MimeTypeVP8, &p.camera}, {webrtc.MimeTypeVP8, new(*webrtc.TrackLocalStaticRTP)}} {
		*own.track, err = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: own.mime}, fmt.Sprint("t", i), "s")
		if err != nil {
			return err
		}
		if _, err := p.pc.AddTransceiverFromTrack(*own.track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}); err != nil {
			return err
		}
	}
	for range seats {
		for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
			if _, err := p.pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
				return err
			}
		}
	}
	gathered := webrtc.GatheringCompletePromise(p.pc)
	offer, err := p.pc.CreateOffer(nil)
	if err == nil {
		err = p.pc.SetLocalDescription(offer)
	}
	if err == nil {
		<-gathered
	}
	return err
}

// Offer is the offer to hand to the server.
func (p *Participant) Offer() string { return p.pc.LocalDescription().SDP }

// Answer sets the server's answer.
func (p *Participant) Answer(answer string) error {
	return p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer})
}

// Connected is closed when media can flow for the first time.
func (p *Participant) Connected() <-chan struct{} { return p.connected }

// State is the state of the PeerConnection.
func (p *Participant) State() webrtc.PeerConnectionState {
	return webrtc.PeerConnectionState(p.state.Load())
}

// Audio is the number of packets of a seat's sound that have come.
func (p *Participant) Audio(seat int) uint64 { return p.sounds[seat].Load() }

// Video is the number of packets of a seat's picture that have come.
func (p *Participant) Video(seat int) uint64 { return p.images[seat].Load() }

// read counts what comes on one track.
func (p *Participant) read(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
	for i, line := range p.pc.GetTransceivers() {
		if line.Receiver() != r || i < ownLines {
			continue
		}
		count := &p.sounds[(i-ownLines)/2]
		if t.Kind() == webrtc.RTPCodecTypeVideo {
			count = &p.images[(i-ownLines)/2]
		}
		for {
			if _, _, err := t.ReadRTP(); err != nil {
				return
			}
			count.Add(1)
		}
	}
}

// Send sends sound, 50 packets a second, and pictures, each a keyframe of one
// packet, 25 a second, until Close.
func (p *Participant) Send() {
	p.running.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for n := uint32(0); ; n++ {
			sound := append([]byte{0x78}, make([]byte, 60)...)
			_ = p.mic.WriteRTP(&rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: uint16(n), Timestamp: n * 960}, Payload: sound})
			if n%2 == 0 {
				picture := append([]byte{0x90, 0x80, 0x80 | byte(n>>9)&0x7f, byte(n >> 1), 0x10, 0, 0, 0x9d, 0x01, 0x2a, 64, 1, 180, 0}, make([]byte, 900)...)
				_ = p.camera.WriteRTP(&rtp.Packet{Header: rtp.Header{Version: 2, Marker: true, SequenceNumber: uint16(n / 2), Timestamp: n * 1800}, Payload: picture})
			}
			select {
			case <-p.end:
				return
			case <-tick.C:
			}
		}
	})
}

// Close stops sending, closes the connection and waits for all of it.
func (p *Participant) Close() {
	p.ending.Do(func() {
		close(p.end)
		p.running.Wait()
		if p.pc != nil {
			_ = p.pc.GracefulClose()
		}
	})
}
