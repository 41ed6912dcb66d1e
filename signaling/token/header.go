package token

import (
	"encoding/base64"
	"strings"
)

// b64 is base64url without padding, and strict: exactly one text per value.
var b64 = base64.RawURLEncoding.Strict()

// parts are the three segments of a compact token (RFC 7515 section 7.1).
type parts struct {
	signed    string // header and payload, as signed
	header    object
	payload   []byte // not looked into before the signature holds
	signature []byte
}

// split takes a token apart without believing any of it.
func split(raw string) (parts, error) {
	if raw == "" || len(raw) > MaxSize {
		return parts{}, invalid(reasonSize)
	}
	segments := strings.Split(raw, ".")
	if len(segments) != 3 {
		return parts{}, invalid(reasonMalformed)
	}
	var decoded [3][]byte
	for i, s := range segments {
		b, err := b64.DecodeString(s)
		// DecodeString skips line breaks; a token has none.
		if err != nil || strings.ContainsAny(s, "\r\n") {
			return parts{}, invalid(reasonMalformed)
		}
		decoded[i] = b
	}
	header, err := decodeObject(decoded[0])
	if err != nil {
		return parts{}, invalid(reasonMalformed)
	}
	signed := raw[:len(segments[0])+1+len(segments[1])]
	return parts{signed: signed, header: header, payload: decoded[1], signature: decoded[2]}, nil
}

// foreign are the header fields by which a token would bring its own key or
// change what is signed (RFC 7515 section 4.1, RFC 7797).
var foreign = []string{"jku", "jwk", "x5u", "x5c", "crit", "b64", "zip", "enc"}

// named reads the key id and the algorithm of a header that may be followed.
func (p parts) named() (kid, alg string, err error) {
	for _, f := range foreign {
		if p.header.has(f) {
			return "", "", invalid(reasonHeader)
		}
	}
	if typ, ok := p.header.text("typ"); !ok || typ != "" && !strings.EqualFold(typ, "JWT") {
		return "", "", invalid(reasonHeader)
	}
	alg, ok := p.header.text("alg")
	if !ok || alg == "" {
		return "", "", invalid(reasonAlgorithm)
	}
	kid, ok = p.header.text("kid")
	if !ok || !opaque(kid, MaxKeyID) {
		return "", "", invalid(reasonKey)
	}
	return kid, alg, nil
}
