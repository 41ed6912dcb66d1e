package hop

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"time"
)

// keySize is the length of a cluster key in bytes.
const keySize = 32

// Key is what makes a process a node of its cluster: an Ed25519 key that every
// node derives from the cluster key (HKDF-SHA-256, RFC 5869), in a certificate
// made at start. Immutable.
type Key struct {
	own  ed25519.PublicKey
	cert tls.Certificate
}

// NewKey derives the key of a cluster. ErrKey unless it has 32 bytes.
func NewKey(cluster []byte) (*Key, error) {
	if len(cluster) != keySize {
		return nil, fmt.Errorf("%w: it has to have %d bytes", ErrKey, keySize)
	}
	seed, err := hkdf.Key(sha256.New, cluster, nil, "hearth internal 1", ed25519.SeedSize)
	if err != nil {
		return nil, fmt.Errorf("hop: derive key: %w", err)
	}
	private := ed25519.NewKeyFromSeed(seed)
	own := private.Public().(ed25519.PublicKey)
	// Nobody looks at anything in the certificate but its key.
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Unix(1<<33, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, own, private)
	if err != nil {
		return nil, fmt.Errorf("hop: certificate: %w", err)
	}
	return &Key{own: own, cert: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}}, nil
}

// server is the TLS of the listener, client that of who calls. The roles cannot
// be confused although both hold one key: a TLS 1.3 signature says which side
// made it (RFC 8446, 4.4.3). Sessions are not resumed, so that each connection
// proves the key itself.
func (k *Key) server() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{k.cert},
		ClientAuth: tls.RequireAnyClientCert, VerifyConnection: k.verify, SessionTicketsDisabled: true,
	}
}

func (k *Key) client() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{k.cert},
		InsecureSkipVerify: true, // names and authorities: the key is compared instead
		VerifyConnection:   k.verify,
	}
}

// verify accepts exactly one public key. TLS has seen the proof that the other
// side holds it.
func (k *Key) verify(c tls.ConnectionState) error {
	if len(c.PeerCertificates) == 0 {
		return ErrStranger
	}
	if other, ok := c.PeerCertificates[0].PublicKey.(ed25519.PublicKey); !ok || !other.Equal(k.own) {
		return ErrStranger
	}
	return nil
}
