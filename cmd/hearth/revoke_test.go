package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"hearth/signaling/client"
	"hearth/signaling/token"
)

// TestRevoke calls invitations back with the command, while a server runs
// (M-O5).
func TestRevoke(t *testing.T) {
	redis := startRedis(t)
	key := filepath.Join(t.TempDir(), "k", "key")
	h := openHouse(t, map[string]string{"REDIS_URL": redis.url(), "KEY_FILE": key})
	environ := []string{"HEARTH_REDIS_URL=" + redis.url(), "HEARTH_KEY_FILE=" + key}
	revoke := func(args ...string) {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(t.Context(), append([]string{"revoke"}, args...), environ, &out, &errs); code != 0 {
			t.Fatalf("revoke %v: %s", args, errs.String())
		}
	}
	var one, person token.Claims
	byID := h.invite(token.RolePatient, func(c *token.Claims) { one = *c })
	bySub := h.invite(token.RolePatient, func(c *token.Claims) { person = *c })
	other := h.invite(token.RolePatient, nil)

	revoke("-jti", one.ID)
	_, err := h.dial(client.Hello{Token: byID})
	expectCode(t, err, "link_invalid")
	revoke("-sub", person.Subject, "-room", "evening")
	_, err = h.dial(client.Hello{Token: bySub})
	expectCode(t, err, "link_invalid")
	if _, err := h.dial(client.Hello{Token: other}); err != nil {
		t.Fatalf("somebody else's invitation: %v", err)
	}
	revoke("-issuer", "hearth")
	_, err = h.dial(client.Hello{Token: other})
	expectCode(t, err, "link_invalid")
}

// TestRevokeCalledWrongly: nothing is called back by half an order.
func TestRevokeCalledWrongly(t *testing.T) {
	for _, args := range [][]string{{}, {"-sub", "x"}, {"-jti", "a", "-issuer", "b"}, {"-room", "evening"}, {"-jti", "a", "more"}, {"-what"}} {
		var out, errs bytes.Buffer
		environ := []string{"HEARTH_REDIS_URL=redis://127.0.0.1:1", "HEARTH_KEY_FILE=" + filepath.Join(t.TempDir(), "none")}
		if code := run(t.Context(), append([]string{"revoke"}, args...), environ, &out, &errs); code != 1 || out.Len() > 0 {
			t.Errorf("%v: code %d, said %q", args, code, out.String())
		}
	}
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"revoke", "-jti", "a"}, []string{"HEARTH_KEY_FILE=/k"}, &out, &errs); code != 1 {
		t.Errorf("without a Redis: code %d", code)
	}
}
