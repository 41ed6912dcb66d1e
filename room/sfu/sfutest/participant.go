package sfutest

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/logging"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// Config is one participant.
type Config struct {
	// Seats of the circle.
	Seats int
	// Tag is written into every payload sent, so that a receiver can tell
	// whose packet it is (Packet.Tag).
	Tag uint32
	// TCP connects over ICE-TCP alone.
	TCP bool
	// Flat sends one camera layer without simulcast.
	Flat bool
	// H264 sends H.264 in place of VP8, which it does not offer to send.
	H264 bool
	// Shows are the codecs it can be shown; VP8 alone where it is 0.
	Shows Codecs
	// Hostile ignores everything the server asks for: no keyframe on request
	// but one every half second, no retransmission.
	Hostile bool
	// Downlink is what the participant says its downlink carries, in bit/s of
	// pictures; 0 for 8 Mbit/s.
	Downlink int
	// Everywhere uses all network interfaces and not loopback alone.
	Everywhere bool
	// Profiles are the SRTP profiles it offers, the most wanted first; pion's
	// where it is nil.
	Profiles []dtls.SRTPProtectionProfile
	// OnPacket sees every packet received, on the receiving goroutine; the
	// payload is valid until it returns. A packet it returns false for is
	// treated as lost.
	OnPacket func(Packet) bool
}

// Packet is one packet received on a seat.
type Packet struct {
	Seat    int
	Video   bool
	Repair  bool // came on the seat's RTX stream
	Header  rtp.Header
	Payload []byte
}

// m-lines of the participant's own.
const (
	lineMic = iota
	lineCamera
	lineSlide
	ownLines
)

// ErrAnswer is an answer that does not fit the offer.
var ErrAnswer = errors.New("sfutest: answer does not fit the offer")

// Participant is one client. Safe for concurrent use, but for Answer and
// Restart, which are called in turn.
type Participant struct {
	// Static after New.
	config    Config
	pc        *webrtc.PeerConnection
	mic       *sender
	camera    []*sender // low layer first
	slide     *sender
	seats     []seatCounters
	connected chan struct{}
	once      sync.Once

	offer     string
	streams   atomic.Pointer[map[uint32]stream] // by SSRC, once answered
	asked     atomic.Uint64                     // keyframe requests received
	lacking   atomic.Uint64                     // sequence numbers asked again
	bitrate   atomic.Uint64                     // last REMB, bit/s
	transport atomic.Uint32                     // transport-wide sequence number sent last
	reported  atomic.Uint64                     // packets the transport-wide feedback told of
	heard     atomic.Bool                       // packets since the last REMB
	state     atomic.Int32                      // webrtc.PeerConnectionState

	mu      sync.Mutex
	sources map[string]*source // guarded by mu: what is being sent
}

// stream says what an SSRC of the answer carries.
type stream struct {
	seat          int
	video, repair bool
}

type seatCounters struct{ audio, video Counter }

// New makes a participant and its offer.
func New(c Config) (*Participant, error) {
	p := &Participant{
		config: c, connected: make(chan struct{}),
		seats: make([]seatCounters, c.Seats), sources: make(map[string]*source),
	}
	p.streams.Store(&map[uint32]stream{})
	if err := p.open(); err != nil {
		if p.pc != nil {
			_ = p.pc.GracefulClose()
		}
		return nil, fmt.Errorf("sfutest: %w", err)
	}
	return p, nil
}

func (p *Participant) open() (err error) {
	if p.pc, err = p.connection(); err != nil {
		return err
	}
	p.pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		p.state.Store(int32(s))
		if s == webrtc.PeerConnectionStateConnected {
			p.once.Do(func() { close(p.connected) })
		}
	})
	if err := p.addSenders(); err != nil {
		return err
	}
	recvonly := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}
	for range p.config.Seats {
		for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
			t, err := p.pc.AddTransceiverFromKind(kind, recvonly)
			if err == nil && kind == webrtc.RTPCodecTypeVideo {
				err = t.SetCodecPreferences(p.config.pictures(ownLines + 1))
			}
			if err != nil {
				return err
			}
		}
	}
	if err := p.describe(nil); err != nil {
		return err
	}
	p.nameSenders()
	return nil
}

// describe makes an offer and sets it.
func (p *Participant) describe(options *webrtc.OfferOptions) error {
	offer, err := p.pc.CreateOffer(options)
	if err != nil {
		return err
	}
	p.offer = withoutEcho(offer.SDP)
	return p.pc.SetLocalDescription(offer)
}

// withoutEcho removes the answer's receiving layers, which pion repeats in its
// next offer. Browsers do not.
func withoutEcho(offer string) string {
	b := &strings.Builder{}
	for line := range strings.Lines(offer) {
		text := strings.TrimSpace(line)
		echo := strings.HasPrefix(text, "a=rid:") && strings.HasSuffix(text, " recv")
		if !echo && !strings.HasPrefix(text, "a=simulcast:recv") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// Offer is the offer to hand to the server.
func (p *Participant) Offer() string { return p.offer }

// Answer sets the server's answer.
func (p *Participant) Answer(answer string) error {
	streams, err := readStreams(answer, p.config.Seats)
	if err != nil {
		return err
	}
	p.streams.Store(&streams)
	p.start("estimate", estimateEvery, p.estimate)
	return p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer})
}

// Restart makes the offer of an ICE restart.
func (p *Participant) Restart() (string, error) {
	if err := p.describe(&webrtc.OfferOptions{ICERestart: true}); err != nil {
		return "", err
	}
	return p.offer, nil
}

// Connected is closed when media can flow for the first time.
func (p *Participant) Connected() <-chan struct{} { return p.connected }

// State is the state of the PeerConnection.
func (p *Participant) State() webrtc.PeerConnectionState {
	return webrtc.PeerConnectionState(p.state.Load())
}

// Audio counts what arrived of a seat's sound.
func (p *Participant) Audio(seat int) *Counter { return &p.seats[seat].audio }

// Video counts what arrived of a seat's picture.
func (p *Participant) Video(seat int) *Counter { return &p.seats[seat].video }

// KeyframesAsked is the number of PLIs received.
func (p *Participant) KeyframesAsked() uint64 { return p.asked.Load() }

// PacketsAsked is the number of sequence numbers the server asked again.
func (p *Participant) PacketsAsked() uint64 { return p.lacking.Load() }

// Bitrate is the last bit rate the server allowed, in bit/s.
func (p *Participant) Bitrate() uint64 { return p.bitrate.Load() }

// Acknowledged is the number of packets that the server's transport-wide
// feedback said had arrived.
func (p *Participant) Acknowledged() uint64 { return p.reported.Load() }

// Misreport sends RTCP of any content, as one datagram.
func (p *Participant) Misreport(b []byte) error {
	return p.pc.WriteRTCP([]rtcp.Packet{(*rtcp.RawPacket)(&b)})
}

// Close stops sending, closes the connection and waits for all of it.
func (p *Participant) Close() {
	p.mu.Lock()
	running := p.sources
	p.sources = nil
	p.mu.Unlock()
	for _, s := range running {
		s.stop()
	}
	_ = p.pc.GracefulClose()
}

// connection makes the PeerConnection with the circle's codecs.
func (p *Participant) connection() (*webrtc.PeerConnection, error) {
	engine, err := p.config.mediaEngine()
	if err != nil {
		return nil, err
	}
	settings := webrtc.SettingEngine{LoggerFactory: Silence{}, BufferFactory: p.tap}
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	settings.SetIncludeLoopbackCandidate(true)
	if !p.config.Everywhere {
		settings.SetIPFilter(func(ip net.IP) bool { return ip.IsLoopback() })
	}
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	if p.config.TCP {
		settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeTCP4})
	}
	settings.SetSRTPProtectionProfiles(p.config.Profiles...)
	api := webrtc.NewAPI(
		webrtc.WithMediaEngine(engine), webrtc.WithSettingEngine(settings),
		webrtc.WithInterceptorRegistry(&interceptor.Registry{}),
	)
	return api.NewPeerConnection(webrtc.Configuration{})
}

// Silence is a logger that says nothing.
type Silence struct{}

func (Silence) NewLogger(string) logging.LeveledLogger { return Silence{} }
func (Silence) Trace(string)                           {}
func (Silence) Tracef(string, ...any)                  {}
func (Silence) Debug(string)                           {}
func (Silence) Debugf(string, ...any)                  {}
func (Silence) Info(string)                            {}
func (Silence) Infof(string, ...any)                   {}
func (Silence) Warn(string)                            {}
func (Silence) Warnf(string, ...any)                   {}
func (Silence) Error(string)                           {}
func (Silence) Errorf(string, ...any)                  {}
