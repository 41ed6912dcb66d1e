package token

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// SignerConfig says what a Signer puts into its tokens.
type SignerConfig struct {
	Key         ed25519.PrivateKey // required
	Issuer      string             // iss, required
	Audience    string             // aud, required
	MaxLifetime time.Duration      // 0 for DefaultLifetime; as the Verifier's
	Now         func() time.Time   // nil for time.Now
}

// Signer mints tokens with this deployment's own key. Safe for concurrent use.
type Signer struct {
	// Static after NewSigner.
	private          ed25519.PrivateKey
	public           Key
	issuer, audience string
	window           window
	now              func() time.Time
}

// NewSigner makes a Signer, or returns an error wrapping ErrKey.
func NewSigner(cfg SignerConfig) (*Signer, error) {
	if len(cfg.Key) != ed25519.PrivateKeySize {
		return nil, fmt.Errorf("%w: not an Ed25519 private key", ErrKey)
	}
	if cfg.Issuer == "" || cfg.Audience == "" {
		return nil, fmt.Errorf("%w: issuer and audience are required", ErrKey)
	}
	pub := cfg.Key.Public().(ed25519.PublicKey)
	k, err := EdDSAKey(Thumbprint(pub), pub)
	if err != nil {
		return nil, err
	}
	s := &Signer{private: cfg.Key, public: k, issuer: cfg.Issuer, audience: cfg.Audience,
		window: newWindow(cfg.MaxLifetime, -1), now: cfg.Now}
	if s.now == nil {
		s.now = time.Now
	}
	return s, nil
}

// Public is the key that checks this Signer's tokens.
func (s *Signer) Public() Key { return s.public }

// Mint signs claims. Issuer, Audience and Issued are the Signer's own whatever
// the claims say; an empty Group becomes GroupOpen; an empty ID becomes a
// random one. Start from NewClaims: the zero Seat is seat 0, not none. Claims
// that Verify would refuse, now or when their time comes, return ErrClaims.
func (s *Signer) Mint(c Claims) (string, error) {
	now := s.now()
	c = s.complete(c, now)
	if !c.bounded() || !s.mintable(c, now) {
		return "", ErrClaims
	}
	t := jwt.NewWithClaims(s.public.method, mapClaims(c))
	t.Header["kid"] = s.public.ID
	raw, err := t.SignedString(s.private)
	if err != nil {
		return "", fmt.Errorf("token: sign: %w", err)
	}
	if len(raw) > MaxSize {
		return "", ErrClaims
	}
	return raw, nil
}

func (s *Signer) complete(c Claims, now time.Time) Claims {
	c.Issuer, c.Audience, c.Issued = s.issuer, s.audience, now.Truncate(time.Second)
	c.Expires, c.NotBefore = c.Expires.Truncate(time.Second), c.NotBefore.Truncate(time.Second)
	if c.Group == "" {
		c.Group = GroupOpen
	}
	if c.ID == "" {
		c.ID = NewID()
	}
	return c
}

// mintable tells whether the token is open from its beginning.
func (s *Signer) mintable(c Claims, now time.Time) bool {
	start := now
	if c.NotBefore.After(now) {
		start = c.NotBefore
	}
	return s.window.open(c, start) == nil
}

// NewClaims is what an invitation to an open group begins with: a new person
// (a random Subject), no wanted seat, a random ID.
func NewClaims(room, role string, expires time.Time) Claims {
	return Claims{Room: room, Role: role, Subject: NewID(), ID: NewID(), Group: GroupOpen, Seat: NoSeat, Expires: expires}
}

// NewID is a random opaque id of 26 characters with 128 bits or more: for sub
// and jti.
func NewID() string { return rand.Text() }
