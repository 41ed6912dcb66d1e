package token

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"
)

// The defaults of Config and SignerConfig.
const (
	DefaultLifetime = 24 * time.Hour   // a token may be open for this long
	DefaultLeeway   = 30 * time.Second // clocks may differ by this much
)

// Config says which tokens a Verifier accepts.
type Config struct {
	Issuer      string        // iss, required
	Audience    string        // must be aud or among aud, required
	Keys        []Key         // by kid; two of the same kid are refused
	JWKS        string        // URL of the issuer's key set (RFC 7517), may be empty; https, or http on loopback
	JWKSRefresh time.Duration // how often the key set is read again; 0 for one hour
	MaxLifetime time.Duration // from nbf, else iat, else now, to exp; 0 for DefaultLifetime
	Leeway      time.Duration // 0 for DefaultLeeway, negative for none

	Now    func() time.Time // nil for time.Now
	Logger *slog.Logger     // told when the key set cannot be read; nil for none
}

// Verifier checks tokens. Safe for concurrent use.
type Verifier struct {
	// Static after NewVerifier.
	issuer, audience string
	keys             map[string]Key
	window           window
	now              func() time.Time

	remote  *remoteKeys // nil without a JWKS URL; guards itself
	refused refusals    // atomic
}

// NewVerifier makes a Verifier, or returns an error wrapping ErrKey that says
// what is wrong with the configuration. With a JWKS URL it reads the key set
// once, for at most three seconds; a set that cannot be read is logged and
// tried again, because the clinic's issuer may start after us.
func NewVerifier(cfg Config) (*Verifier, error) {
	if cfg.Issuer == "" || cfg.Audience == "" {
		return nil, fmt.Errorf("%w: issuer and audience are required", ErrKey)
	}
	keys, err := byID(cfg.Keys)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 && cfg.JWKS == "" {
		return nil, fmt.Errorf("%w: no key and no key set", ErrKey)
	}
	v := &Verifier{issuer: cfg.Issuer, audience: cfg.Audience, keys: keys, now: cfg.Now,
		window: newWindow(cfg.MaxLifetime, cfg.Leeway)}
	if v.now == nil {
		v.now = time.Now
	}
	if cfg.JWKS != "" {
		v.remote, err = openRemoteKeys(cfg.JWKS, cfg.JWKSRefresh, cfg.Logger)
	}
	return v, err
}

func newWindow(longest, leeway time.Duration) window {
	if longest <= 0 {
		longest = DefaultLifetime
	}
	if leeway == 0 {
		leeway = DefaultLeeway
	}
	return window{leeway: max(leeway, 0), longest: longest}
}

func byID(list []Key) (map[string]Key, error) {
	keys := make(map[string]Key, len(list))
	for _, k := range list {
		if k.method == nil {
			return nil, fmt.Errorf("%w: an empty key", ErrKey)
		}
		if _, twice := keys[k.ID]; twice {
			return nil, fmt.Errorf("%w: two keys have the same key id", ErrKey)
		}
		keys[k.ID] = k
	}
	return keys, nil
}

// Close ends the reading of the key set and waits for it. Verify must not be
// called afterwards.
func (v *Verifier) Close() {
	if v.remote != nil {
		v.remote.close()
	}
}

// Verify returns the claims of a token that is genuine and open now. Otherwise
// the error is ErrExpired or ErrEarly, both only for a genuine token meant for
// this server, or ErrInvalid, and Reason gives a label for it. It may wait up
// to three seconds, bounded by ctx, when a token names a key that a configured
// key set does not have yet.
func (v *Verifier) Verify(ctx context.Context, raw string) (Claims, error) {
	c, err := v.verify(ctx, raw)
	if err != nil {
		v.refused.count(Reason(err))
	}
	return c, err
}

// Refused is how many tokens were refused since the start, by each of Reasons.
func (v *Verifier) Refused() map[string]uint64 { return v.refused.snapshot() }

func (v *Verifier) verify(ctx context.Context, raw string) (Claims, error) {
	p, err := split(raw)
	if err != nil {
		return Claims{}, err
	}
	kid, alg, err := p.named()
	if err != nil {
		return Claims{}, err
	}
	k, ok := v.key(ctx, kid, alg)
	if !ok {
		return Claims{}, invalid(reasonKey)
	}
	now := v.now()
	if err := k.verify(p, alg, now); err != nil {
		return Claims{}, err
	}
	return v.claims(p.payload, now)
}

// key finds a key by its id. The key set is not asked about algorithms that it
// cannot hold, so that "none" costs no request.
func (v *Verifier) key(ctx context.Context, kid, alg string) (Key, bool) {
	if k, ok := v.keys[kid]; ok {
		return k, true
	}
	if v.remote == nil || alg != "EdDSA" && alg != "ES256" {
		return Key{}, false
	}
	return v.remote.key(ctx, kid)
}

// claims reads and checks the payload of a token whose signature holds.
func (v *Verifier) claims(payload []byte, now time.Time) (Claims, error) {
	c, audience, ok := readClaims(payload)
	switch {
	case !ok:
		return Claims{}, invalid(reasonClaims)
	case c.Issuer != v.issuer:
		return Claims{}, invalid(reasonIssuer)
	case !slices.Contains(audience, v.audience):
		return Claims{}, invalid(reasonAudience)
	case !c.bounded():
		return Claims{}, invalid(reasonClaims)
	}
	if err := v.window.open(c, now); err != nil {
		return Claims{}, err
	}
	c.Audience = v.audience
	return c, nil
}
