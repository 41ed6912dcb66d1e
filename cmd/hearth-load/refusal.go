package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"hearth/signaling/client"
)

// serverJoins is how many people of one address a server lets in at once, and
// then each minute, unless HEARTH_JOINS says otherwise.
const serverJoins = 30

// advice says what a refusal means for whoever runs this program. The codes are
// those of signaling/PROTOCOL.md.
var advice = map[string]string{
	"retry": fmt.Sprintf("too many joins from this address: a server lets in HEARTH_JOINS (%d by default) at once and then as many a minute. "+
		"Raise it on a server of your own, with the same -join-rate, or keep to it; a join is tried again within -join-wait", serverJoins),
	"link_invalid":   "the invitation is not this server's: -key-file, -issuer and -audience have to be those it runs with",
	"link_expired":   "the link is too old: make new ones",
	"full":           "no seat left: HEARTH_PATIENTS (12 by default), HEARTH_FACILITATORS and HEARTH_SUPPORT bound -participants",
	"waiting_full":   "the waiting room is full: HEARTH_WAITING bounds -join-at-once",
	"busy":           "too many people of this room are at its door at once: use a smaller -join-at-once",
	"not_on_roster":  "the group is closed: its links belong to the people on its roster",
	"no_facilitator": "the facilitator is gone",
	"ended":          "the room has ended",
	"removed":        "this person was removed from the group",
	"declined":       "this person was declined",
	"rules_changed":  "the server was updated in between",
	"name_taken":     "another client is in the room under this name: use a room of its own",
	"bad_offer":      "server and generator do not belong together: build both from the same source",
	"version":        "server and generator do not belong together: build both from the same source",
	unreachable:      "no socket: -url has to be the server's own public URL (its Origin check refuses others), and the server has to run",
	timedOut:         "longer than -join-wait: is the server, or this machine, overloaded?",
	noMedia:          "no media connection: HEARTH_MEDIA_UDP has to be reachable from here",
	noHost:           "the room's facilitator could not come in, so nobody could",
}

// What can go wrong on this side of the wire, named like a code.
const (
	unreachable = "unreachable"
	timedOut    = "timeout"
	noMedia     = "no_media"
	noHost      = "no_host"
	interrupted = "interrupted"
	internal    = "internal"
)

// Failures of a join.
var (
	errNoMedia = errors.New("media did not connect")
	errNoHost  = errors.New("no facilitator")
)

// codeOf names what went wrong.
func codeOf(err error) string {
	var r *client.Refused
	switch {
	case errors.As(err, &r):
		return r.Code
	case errors.Is(err, errNoMedia):
		return noMedia
	case errors.Is(err, errNoHost):
		return noHost
	case errors.Is(err, context.DeadlineExceeded):
		return timedOut
	case errors.Is(err, context.Canceled):
		return interrupted
	case errors.Is(err, client.ErrClosed), errors.Is(err, errDial):
		return unreachable
	}
	return internal
}

// mostCodes bounds how many different codes are told apart.
const mostCodes = 32

// codes counts by code; what is too much is "other". Safe for concurrent use.
type codes struct {
	mu sync.Mutex
	n  map[string]int // guarded by mu
}

func (c *codes) add(code string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[string]int{}
	}
	if _, known := c.n[code]; !known && len(c.n) >= mostCodes {
		code = "other"
	}
	c.n[code]++
}

// all is a copy; never nil.
func (c *codes) all() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := make(map[string]int, len(c.n))
	for code, n := range c.n {
		all[code] = n
	}
	return all
}
