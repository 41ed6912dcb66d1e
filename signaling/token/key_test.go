package token

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestThumbprintOfTheRFC(t *testing.T) {
	if got := Thumbprint(edPublic()); got != rfcEdThumbprint {
		t.Errorf("thumbprint %q, RFC 8037 appendix A.3 has %q", got, rfcEdThumbprint)
	}
}

func TestKeysRefuse(t *testing.T) {
	p384, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	for name, make := range map[string]func() (Key, error){
		"short Ed25519": func() (Key, error) { return EdDSAKey("k", ed25519.PublicKey{1}) },
		"no kid":        func() (Key, error) { return EdDSAKey("", edPublic()) },
		"kid of spaces": func() (Key, error) { return EdDSAKey("a b", edPublic()) },
		"no EC key":     func() (Key, error) { return ES256Key("k", nil) },
		"P-384":         func() (Key, error) { return ES256Key("k", &p384.PublicKey) },
	} {
		if k, err := make(); !errors.Is(err, ErrKey) || k.method != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheckSecret(t *testing.T) {
	for _, weak := range []string{
		"", "short", strings.Repeat("x", 31), strings.Repeat("x", 64), strings.Repeat("password", 4),
		"0123456789abcdef0123456789abcdef", "a-string-secret-at-least-256-bits-long",
		"CHANGE-ME-CHANGE-ME-CHANGE-ME-CHANGE-ME-1", "secretsecretsecretsecretsecret123",
		"q8Zr0WmT5nXc7Lhq8Zr0WmT5nXc7Lhq8Zr0WmT5n", testSecret[:31],
	} {
		if err := CheckSecret([]byte(weak)); !errors.Is(err, ErrWeakSecret) {
			t.Errorf("%q: %v", weak, err)
		} else if weak != "" && strings.Contains(err.Error(), weak) {
			t.Errorf("the error tells the secret: %v", err)
		}
	}
	if err := CheckSecret([]byte(testSecret)); err != nil {
		t.Error(err)
	}
	for range 100 {
		if err := CheckSecret([]byte(rand.Text() + rand.Text())); err != nil {
			t.Errorf("a random secret: %v", err)
		}
	}
	if _, err := HS256Key("k", []byte("short")); !errors.Is(err, ErrWeakSecret) {
		t.Error(err)
	}
}

func spki(t *testing.T, public any, headers map[string]string) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Headers: headers, Bytes: der}))
}

func TestParsePublicKeys(t *testing.T) {
	text := "# the clinic's keys\n" +
		spki(t, edPublic(), nil) +
		spki(t, &ecPrivate().PublicKey, map[string]string{"Kid": "clinic-ec", "Until": "2031-01-01T00:00:00Z"})
	keys, err := ParsePublicKeys([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(keys) != 2 || keys[0].ID != rfcEdThumbprint || keys[0].Algorithm() != "EdDSA" || !keys[0].Until.IsZero() ||
		keys[1].ID != "clinic-ec" || keys[1].Algorithm() != "ES256" ||
		!keys[1].Until.Equal(time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("keys %v, until %v", keys, keys[1].Until)
	}
}

func TestParsePublicKeysRefuses(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"nothing":           "",
		"no PEM":            "clinic-ec: AAAA",
		"RSA":               spki(t, &rsaKey.PublicKey, map[string]string{"Kid": "r"}),
		"P-256 with no kid": spki(t, &ecPrivate().PublicKey, nil),
		"date":              spki(t, edPublic(), map[string]string{"Until": "tomorrow"}),
		"private key":       string(must(newKeyFile())),
		"rubbish":           string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: []byte("x")})),
	} {
		if _, err := ParsePublicKeys([]byte(text)); !errors.Is(err, ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
