package token

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// SharedKeyID is the kid of tokens signed with the deployment's shared secret.
const SharedKeyID = "shared"

// Key checks signatures of one algorithm, under one key id. Make it with
// EdDSAKey, ES256Key, HS256Key or ParsePublicKeys; the zero value is refused
// by NewVerifier. Immutable.
type Key struct {
	ID    string    // the kid that tokens name
	Until time.Time // not accepted from then on; zero for no end

	method   jwt.SigningMethod // the only algorithm this key is good for
	material any               // what method.Verify takes
}

// EdDSAKey checks Ed25519 signatures (RFC 8037).
func EdDSAKey(id string, public ed25519.PublicKey) (Key, error) {
	if len(public) != ed25519.PublicKeySize {
		return Key{}, fmt.Errorf("%w: not an Ed25519 public key", ErrKey)
	}
	return newKey(id, jwt.SigningMethodEdDSA, public)
}

// ES256Key checks ECDSA signatures on P-256 (RFC 7518 section 3.4).
func ES256Key(id string, public *ecdsa.PublicKey) (Key, error) {
	if public == nil || public.Curve != elliptic.P256() {
		return Key{}, fmt.Errorf("%w: not a P-256 public key", ErrKey)
	}
	// The point is checked to be on the curve by its conversion.
	if _, err := public.ECDH(); err != nil {
		return Key{}, fmt.Errorf("%w: not a point of P-256", ErrKey)
	}
	return newKey(id, jwt.SigningMethodES256, public)
}

// HS256Key checks HMAC-SHA-256 with a shared secret. Whoever can check can
// also mint: for one box only. A weak secret returns ErrWeakSecret.
func HS256Key(id string, secret []byte) (Key, error) {
	if err := CheckSecret(secret); err != nil {
		return Key{}, err
	}
	return newKey(id, jwt.SigningMethodHS256, append([]byte(nil), secret...))
}

func newKey(id string, method jwt.SigningMethod, material any) (Key, error) {
	if !opaque(id, MaxKeyID) {
		return Key{}, fmt.Errorf("%w: the key id must be 1 to %d printable characters", ErrKey, MaxKeyID)
	}
	return Key{ID: id, method: method, material: material}, nil
}

// Algorithm is the JWT name of the one algorithm this key is good for.
func (k Key) Algorithm() string {
	if k.method == nil {
		return ""
	}
	return k.method.Alg()
}

// LogValue keeps the key material out of logs.
func (k Key) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kid", k.ID), slog.String("alg", k.Algorithm()))
}

// String keeps the key material out of texts.
func (k Key) String() string { return "token.Key(" + k.ID + " " + k.Algorithm() + ")" }

// GoString keeps the key material out of texts.
func (k Key) GoString() string { return k.String() }

// verify checks a signature if the token names the algorithm this key is for.
func (k Key) verify(p parts, alg string, now time.Time) error {
	if k.method == nil || !k.Until.IsZero() && !now.Before(k.Until) {
		return invalid(reasonKey)
	}
	if alg != k.method.Alg() {
		return invalid(reasonAlgorithm)
	}
	if k.method.Verify(p.signed, p.signature, k.material) != nil {
		return invalid(reasonSignature)
	}
	return nil
}

// Thumbprint is the JWK thumbprint of an Ed25519 key (RFC 7638, RFC 8037
// appendix A.3): the kid of our own keys, 43 characters.
func Thumbprint(public ed25519.PublicKey) string {
	jwk := `{"crv":"Ed25519","kty":"OKP","x":"` + b64.EncodeToString(public) + `"}`
	sum := sha256.Sum256([]byte(jwk))
	return b64.EncodeToString(sum[:])
}
