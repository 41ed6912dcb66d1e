package signaling

import (
	"context"
	"errors"
	"fmt"

	"hearth/room"
	"hearth/signaling/token"
)

// refusal is an error made here; its text is the stable code for the wire.
type refusal string

// Error returns the code.
func (r refusal) Error() string { return string(r) }

// codeOf is what a client is told of an error: a stable code. Whatever is not a
// decision about this person or command is "retry".
func codeOf(err error) string {
	var own refusal
	var rule room.Refusal
	switch {
	case errors.As(err, &own):
		return string(own)
	case errors.As(err, &rule):
		return string(rule)
	case errors.Is(err, room.ErrBadOffer):
		return codeBadOffer
	case errors.Is(err, token.ErrExpired), errors.Is(err, token.ErrEarly):
		return codeExpired
	case errors.Is(err, token.ErrInvalid):
		return codeInvalid
	}
	return codeRetry
}

// helloCodeOf is codeOf for a refused hello, where "busy" is no final answer.
func helloCodeOf(err error) string {
	code := codeOf(err)
	if code == codeBusy {
		return codeRetry
	}
	return code
}

// kindOf names an error without its text: one of the sentinels that are worth
// telling apart, else the type of the innermost error.
func kindOf(err error) string {
	for name, known := range map[string]error{
		"owned": room.ErrOwned, "unavailable": room.ErrUnavailable, "stale": room.ErrStale,
		"timeout": context.DeadlineExceeded, "canceled": context.Canceled, "claims": token.ErrClaims,
	} {
		if errors.Is(err, known) {
			return name
		}
	}
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return fmt.Sprintf("%T", err)
}
