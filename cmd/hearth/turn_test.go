package main

import (
	"strings"
	"testing"
)

// A relay that could not work does not start, and the line says why.
func TestTurnRefusals(t *testing.T) {
	cert, key := certificate(t) // meet.clinic.example
	other, _ := certificate(t)
	const public = "HEARTH_PUBLIC_URL=https://meet.clinic.example"
	for name, c := range map[string]struct {
		env          []string
		setting, why string // none when empty
	}{
		"own certificate":   {[]string{public, "HEARTH_TURN_TLS=:5349", "HEARTH_TURN_CERT=" + cert, "HEARTH_TURN_KEY=" + key}, "", ""},
		"the page's":        {[]string{public, "HEARTH_ADDR=:443", "HEARTH_TURN_TLS=:5349", "HEARTH_TLS_CERT=" + cert, "HEARTH_TLS_KEY=" + key}, "", ""},
		"no key":            {[]string{public, "HEARTH_TURN_TLS=:5349", "HEARTH_TURN_CERT=" + cert}, "HEARTH_TURN_KEY", "missing"},
		"no certificate":    {[]string{public, "HEARTH_TURN_TLS=:5349", "HEARTH_TURN_KEY=" + key}, "HEARTH_TURN_CERT", "missing"},
		"not a pair":        {[]string{public, "HEARTH_TURN_TLS=:5349", "HEARTH_TURN_CERT=" + other, "HEARTH_TURN_KEY=" + key}, "HEARTH_TURN_CERT", "together"},
		"another name":      {[]string{"HEARTH_PUBLIC_URL=https://meet.example", "HEARTH_TURN_TLS=:5349", "HEARTH_TURN_CERT=" + cert, "HEARTH_TURN_KEY=" + key}, "HEARTH_TURN_HOST", "another name"},
		"another host":      {[]string{public, "HEARTH_TURN_TLS=:5349", "HEARTH_TURN_HOST=192.0.2.8", "HEARTH_TURN_CERT=" + cert, "HEARTH_TURN_KEY=" + key}, "HEARTH_TURN_HOST", "another name"},
		"the page's port":   {[]string{public, "HEARTH_ADDR=:443", "HEARTH_TURN_TLS=192.0.2.8:443", "HEARTH_TLS_CERT=" + cert, "HEARTH_TLS_KEY=" + key}, "HEARTH_TURN_TLS", "HEARTH_ADDR"},
		"another address's": {[]string{public, "HEARTH_ADDR=192.0.2.7:443", "HEARTH_TURN_TLS=192.0.2.8:443", "HEARTH_TLS_CERT=" + cert, "HEARTH_TLS_KEY=" + key}, "", ""},
		"the media's port":  {[]string{public, "HEARTH_TURN_UDP=:7881"}, "HEARTH_TURN_UDP", "HEARTH_MEDIA_UDP"},
		"udp alone":         {[]string{public, "HEARTH_TURN_UDP=:3478"}, "", ""},
	} {
		_, problems := load(t, nil, c.env...)
		if c.setting == "" {
			if problems != nil {
				t.Errorf("%s: %v", name, problems)
			}
			continue
		}
		if len(problems) != 1 || problems[0].Setting != c.setting || !strings.Contains(problems[0].String(), c.why) || problems[0].Fix == "" {
			t.Errorf("%s: %v", name, problems)
		}
	}
}

func TestTurnURL(t *testing.T) {
	for s, want := range map[string]bool{
		"turn:turn.example:3478?transport=udp": true, "turns:turn.example:443?transport=tcp": true, "turns:[2001:db8::1]:443?transport=tcp": true,
		"turn:192.0.2.1:1?transport=udp": true, "turn:turn.example?transport=udp": false, "turn:turn.example:3478": false,
		"turn:turn.example:3478?transport=tcp": false, "turn:turn.example:0?transport=udp": false, "turn:u@turn.example:1?transport=udp": false,
		"turn:turns:turn.example:1?transport=tcp": false, "stun:turn.example:3478": false, "turns:a b:443?transport=tcp": false, "": false,
		"turn::3478?transport=udp": false,
	} {
		if turnURL(s) != want {
			t.Errorf("%q is not %v", s, want)
		}
	}
}

func FuzzTurnURL(f *testing.F) {
	f.Add("turns:[2001:db8::1]:443?transport=tcp")
	f.Fuzz(func(t *testing.T, s string) {
		if turnURL(s) && (strings.ContainsAny(s, " \"<>@#\r\n\\,") || !strings.HasPrefix(s, "turn") || strings.Count(s, "?") != 1) {
			t.Errorf("%q", s)
		}
	})
}

func TestRelayURLs(t *testing.T) {
	for _, tc := range []struct{ env, want string }{
		{"HEARTH_PUBLIC_URL=https://meet.example", "meet.example"}, {"HEARTH_PUBLIC_URL=https://[2001:db8::1]:8443", "2001:db8::1"},
		{"HEARTH_TURN_HOST=turn.example", "turn.example"}, {"HEARTH_ADDR=127.0.0.1:0", "127.0.0.1"},
	} {
		if c, problems := load(t, nil, tc.env, "HEARTH_TURN_UDP=:3478"); problems != nil || c.relayHost() != tc.want {
			t.Errorf("%s: %s, want %s; %v", tc.env, c.relayHost(), tc.want, problems)
		}
	}
}
