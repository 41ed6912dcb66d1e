package sfu

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"
)

// certificateLife is how long one DTLS certificate serves new peers. Pion's
// live 30 days; connections outlive neither a session nor a day.
const certificateLife = 7 * 24 * time.Hour

// certificate hands out the DTLS certificate of all peers, so that answering
// an offer makes no key. It is renewed while the server runs.
type certificate struct {
	mu      sync.Mutex
	current *webrtc.Certificate // guarded by mu
	made    time.Time           // guarded by mu
}

func (c *certificate) get(now time.Time) (webrtc.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current != nil && now.Sub(c.made) < certificateLife {
		return *c.current, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return webrtc.Certificate{}, err
	}
	made, err := webrtc.GenerateCertificate(key)
	if err != nil {
		return webrtc.Certificate{}, err
	}
	c.current, c.made = made, now
	return *made, nil
}
