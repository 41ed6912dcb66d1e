package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"hearth/signaling/token"
)

// trialRoom is the room whose links a start on one's own computer prints.
const trialRoom = "trial"

// greet says where the page is. On one's own computer it prints links to try,
// and what production needs; elsewhere it prints no link, because the output of
// a service is kept in logs.
func (n *node) greet(w io.Writer) {
	fmt.Fprintf(w, "Hearth is at %s\n", n.cfg.PublicURL)
	if !n.cfg.Local() {
		return
	}
	fmt.Fprintf(w, "\nOpen these in different browsers, or in private windows:\n\n")
	n.link(w, "facilitator", token.RoleFacilitator)
	for i := 1; i <= 3; i++ {
		n.link(w, fmt.Sprintf("patient %d", i), token.RolePatient)
	}
	fmt.Fprintf(w, "\nMore links: go run ./cmd/hearth invite --room %s --role patient --count 3, or \"Invite people\" in the room.\n", trialRoom)
	if n.relay != nil {
		fmt.Fprintf(w, "Relay:      %s\n", strings.Join(n.relayURLs(), " "))
	}
	if n.store.Embedded() {
		fmt.Fprintf(w, "Embedded:   a Redis in this process. It forgets everything at exit; production sets HEARTH_REDIS_URL.\n")
	}
	fmt.Fprintf(w, "Made here:  the signing key, in %s. Production keeps that file, or sets HEARTH_KEY_FILE.\n", n.cfg.KeyFile)
	fmt.Fprintf(w, "Production: also needs TLS, HEARTH_PUBLIC_URL and your own HEARTH_CRISIS_TEXT; see deploy/README.md.\n")
}

// inviteLife is how long invitations work that the server makes by itself: half
// a day, or what the operator allows at most.
func inviteLife(cfg Config) time.Duration { return min(12*time.Hour, cfg.TokenLifetime) }

// link prints one invitation.
func (n *node) link(w io.Writer, whose, role string) {
	raw, err := n.keys.signer.Mint(token.NewClaims(trialRoom, role, time.Now().Add(inviteLife(n.cfg))))
	if err != nil {
		fmt.Fprintf(w, "  %-12s could not be made: %v\n", whose, err)
		return
	}
	fmt.Fprintf(w, "  %-12s %s/#%s\n\n", whose, n.cfg.PublicURL, raw)
}
