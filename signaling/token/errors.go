package token

import (
	"errors"
	"slices"
	"sync/atomic"
)

// What Verify answers instead of claims. The texts say nothing about the token.
var (
	// ErrExpired is told to the holder of a genuine invitation whose time is over.
	ErrExpired = errors.New("token: expired")
	// ErrEarly is told to the holder of a genuine invitation that is not open yet.
	ErrEarly = errors.New("token: not valid yet")
	// ErrInvalid is everything else. Its cause is for metrics only: see Reason.
	ErrInvalid = errors.New("token: invalid")
)

// What the operator is told about keys.
var (
	// ErrWeakSecret: a shared secret that is short, well known or not random.
	ErrWeakSecret = errors.New("token: secret is too weak")
	// ErrKey: a key that is missing, malformed or of a kind not accepted.
	ErrKey = errors.New("token: unusable key")
	// ErrKeyFile: a key file that cannot be made, read or trusted.
	ErrKeyFile = errors.New("token: unusable key file")
	// ErrClaims: Mint was asked for a token that Verify would refuse.
	ErrClaims = errors.New("token: claims not allowed")
)

// The labels of Reason, one per cause.
const (
	reasonSize      = "size"      // longer than MaxSize, or empty
	reasonMalformed = "malformed" // not three segments of base64url, or not strict JSON
	reasonHeader    = "header"    // a header that brings its own key or an extension
	reasonAlgorithm = "algorithm" // not the one the key is pinned to, or none
	reasonKey       = "key"       // no kid, an unknown kid, or a retired key
	reasonSignature = "signature"
	reasonIssuer    = "issuer"
	reasonAudience  = "audience"
	reasonClaims    = "claims"   // a claim is missing, of the wrong type or out of bounds
	reasonLifetime  = "lifetime" // open for longer than allowed, or issued in the future
	reasonExpired   = "expired"
	reasonEarly     = "early"
	reasonOther     = "other" // not an error of this package
)

var reasons = [...]string{reasonSize, reasonMalformed, reasonHeader, reasonAlgorithm, reasonKey,
	reasonSignature, reasonIssuer, reasonAudience, reasonClaims, reasonLifetime,
	reasonExpired, reasonEarly, reasonOther}

// Reasons are all labels that Reason can return for a failed Verify.
func Reasons() []string { return slices.Clone(reasons[:]) }

// Reason is a label for metrics that says why Verify refused: one of Reasons,
// or empty for a nil error. It must not be told to whoever sent the token.
func Reason(err error) string {
	if err == nil {
		return ""
	}
	var r refusal
	if errors.As(err, &r) {
		return r.reason
	}
	return reasonOther
}

// refusal is a sentinel with the label of its cause. The text is the sentinel's.
type refusal struct {
	sentinel error
	reason   string
}

func (r refusal) Error() string { return r.sentinel.Error() }
func (r refusal) Unwrap() error { return r.sentinel }

// refusals counts refused tokens by reason, in the order of reasons. Safe for
// concurrent use.
type refusals [len(reasons)]atomic.Uint64

func (r *refusals) count(reason string) {
	if i := slices.Index(reasons[:], reason); i >= 0 {
		r[i].Add(1)
	}
}

func (r *refusals) snapshot() map[string]uint64 {
	m := make(map[string]uint64, len(reasons))
	for i, reason := range reasons {
		m[reason] = r[i].Load()
	}
	return m
}

func invalid(reason string) error { return refusal{ErrInvalid, reason} }
