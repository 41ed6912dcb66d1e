package main

import (
	"strings"
	"testing"
)

// What several nodes must not start with, each having a Redis.
func TestNodesRefuse(t *testing.T) {
	for _, tc := range []struct{ name, env, setting, says string }{
		{"a secret that signs, which stays on one machine (DESIGN 6)", "HEARTH_TOKEN_SECRET=" + goodSecret, "HEARTH_TOKEN_SECRET", "one machine only"},
		{"no word of how to reach it", "HEARTH_INTERNAL_ADDR=:7443", "HEARTH_INTERNAL_URL", "does not say how"},
		{"two listeners on one port", "HEARTH_INTERNAL_ADDR=localhost:8080", "HEARTH_INTERNAL_ADDR", "as HEARTH_ADDR"},
	} {
		_, problems := load(t, nil, "HEARTH_INTERNAL_ADDR=10.0.0.7:7443", "HEARTH_REDIS_URL=redis://r", tc.env)
		if len(problems) != 1 || problems[0].Setting != tc.setting || !strings.Contains(problems[0].String(), tc.says) {
			t.Errorf("%s: %v", tc.name, problems)
		}
	}
}
