package main

import (
	"crypto/ed25519"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hearth/signaling/token"
)

func keyConfig(t *testing.T) Config {
	t.Helper()
	c, problems := load(t, nil, "HEARTH_KEY_FILE="+filepath.Join(t.TempDir(), "hearth", "key"))
	if problems != nil {
		t.Fatal(problems)
	}
	return c
}

func openTestKeys(t *testing.T, cfg Config) keys {
	t.Helper()
	k, err := openKeys(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.verifier.Close)
	return k
}

// What one start signs, the next accepts.
func TestKeysSurviveARestart(t *testing.T) {
	cfg := keyConfig(t)
	raw, err := openTestKeys(t, cfg).signer.Mint(token.NewClaims("R", token.RolePatient, time.Now().Add(time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openTestKeys(t, cfg).verifier.Verify(t.Context(), raw); err != nil {
		t.Errorf("%v %s", err, token.Reason(err))
	}
}

// After a rotation by the run-book, tokens of the earlier key still verify.
func TestRotatedKey(t *testing.T) {
	cfg := keyConfig(t)
	before := openTestKeys(t, cfg)
	raw, err := before.signer.Mint(token.NewClaims("R", token.RolePatient, time.Now().Add(time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(cfg.KeyFile); err != nil {
		t.Fatal(err)
	}
	openTestKeys(t, cfg) // makes new ones
	if _, err := openTestKeys(t, cfg).verifier.Verify(t.Context(), raw); token.Reason(err) != "key" {
		t.Errorf("without the earlier key: %v", err)
	}
	f, err := os.OpenFile(cfg.KeyFile, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	public := pemWith(t, before.file.Signing.Public().(ed25519.PublicKey), map[string]string{"Until": "2999-01-01T00:00:00Z"})
	if _, err := f.WriteString(public); err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	if _, err := openTestKeys(t, cfg).verifier.Verify(t.Context(), raw); err != nil {
		t.Errorf("with the earlier key: %v %s", err, token.Reason(err))
	}
}

func TestClinicKeys(t *testing.T) {
	cfg := keyConfig(t)
	cfg.TokenSecret, cfg.TokenKeys = goodSecret, write(t, "keys.pem", publicPEM(t))
	list, err := clinicKeys(cfg)
	if err != nil || len(list) != 2 || list[0].ID != "shared" || list[0].Algorithm() != "HS256" || list[1].ID != "clinic" {
		t.Errorf("%v %v", list, err)
	}
	openTestKeys(t, cfg)
	cfg.TokenKeys = write(t, "keys.pem", publicPEM(t)+publicPEM(t))
	if _, err := openKeys(cfg, nil); err == nil {
		t.Error("two keys of the same kid are taken")
	}
}
