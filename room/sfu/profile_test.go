package sfu

import (
	"testing"

	"hearth/room/sfu/sfutest"

	"github.com/pion/dtls/v3"
	"github.com/pion/srtp/v3"
	"github.com/pion/webrtc/v4"
)

// srtpProfile is the SRTP profile of a connection.
func srtpProfile(c *webrtc.PeerConnection) string {
	for _, s := range c.GetStats() {
		if s, ok := s.(webrtc.TransportStats); ok {
			return s.SRTPCipher
		}
	}
	return ""
}

// Of what a client offers, in whatever order, the server takes AES-GCM with the
// shorter key; who has no AES-GCM connects all the same.
func TestTheServersOrderOfProfilesDecides(t *testing.T) {
	const short, long, old = dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AEAD_AES_256_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80
	s := openTest(t)
	for name, x := range map[string]struct {
		offered []dtls.SRTPProtectionProfile
		want    srtp.ProtectionProfile
	}{
		"all, the old one first": {[]dtls.SRTPProtectionProfile{old, long, short}, srtp.ProtectionProfileAeadAes128Gcm},
		"a longer key":           {[]dtls.SRTPProtectionProfile{old, long}, srtp.ProtectionProfileAeadAes256Gcm},
		"GCM alone":              {[]dtls.SRTPProtectionProfile{short}, srtp.ProtectionProfileAeadAes128Gcm},
		"none of GCM":            {[]dtls.SRTPProtectionProfile{old}, srtp.ProtectionProfileAes128CmHmacSha1_80},
	} {
		t.Run(name, func(t *testing.T) {
			m := join(t, s.Circle(1), sfutest.Config{Profiles: x.offered})
			if got := srtpProfile(m.peer.pc); got != x.want.String() {
				t.Errorf("%s, want %v", got, x.want)
			}
			m.StartMic()
			eventually(t, "packets both ways", func() bool { return m.Acknowledged() > 0 })
		})
	}
}
