package token

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"time"
)

// ParsePublicKeys reads the public keys of a clinic's issuer: PEM blocks
// "PUBLIC KEY" (SPKI), Ed25519 or P-256, each with a "Kid:" line and, for a
// key that is being retired, an "Until:" line (RFC 3339) under its BEGIN line.
// An Ed25519 key without a Kid gets its thumbprint.
func ParsePublicKeys(data []byte) ([]Key, error) {
	var keys []Key
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		k, err := publicKey(block)
		if err != nil {
			return nil, fmt.Errorf("%w (key %d)", err, len(keys)+1)
		}
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%w: no PUBLIC KEY block", ErrKey)
	}
	return keys, nil
}

func publicKey(block *pem.Block) (Key, error) {
	if block.Type != "PUBLIC KEY" {
		return Key{}, fmt.Errorf("%w: a block is not a PUBLIC KEY", ErrKey)
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return Key{}, fmt.Errorf("%w: a block does not hold a public key", ErrKey)
	}
	k, err := keyOf(block.Headers["Kid"], parsed)
	if err != nil {
		return Key{}, err
	}
	k.Until, err = until(block.Headers["Until"])
	return k, err
}

func keyOf(kid string, public any) (Key, error) {
	switch p := public.(type) {
	case ed25519.PublicKey:
		if kid == "" {
			kid = Thumbprint(p)
		}
		return EdDSAKey(kid, p)
	case *ecdsa.PublicKey:
		return ES256Key(kid, p)
	}
	return Key{}, fmt.Errorf("%w: only Ed25519 and P-256 are accepted", ErrKey)
}

func until(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: Until is not a date like 2030-01-31T00:00:00Z", ErrKey)
	}
	return t, nil
}
