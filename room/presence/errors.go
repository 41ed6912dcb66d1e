package presence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/redis/go-redis/v9"

	"hearth/room"
)

// Errors of this package, besides those of the ports in package room.
var (
	// ErrURL: the Redis URL cannot be used. Its text never holds the URL.
	ErrURL = errors.New("presence: bad redis URL (want redis://, rediss:// or unix://)")
	// ErrLogin: Redis answered and refused the user or password of the URL.
	ErrLogin = errors.New("presence: redis refused the user or password")
	// ErrBad: the caller's room id, subject, seat or time is out of bounds;
	// nothing was sent.
	ErrBad = errors.New("presence: value out of bounds")
	// ErrCorrupt: a key of the room holds something this package never wrote.
	// A living owner's Renew clears it; a Claim is refused rather than begun
	// with removals or holds forgotten.
	ErrCorrupt = errors.New("presence: record in redis cannot be read")
	// ErrClosed: the store was closed.
	ErrClosed = errors.New("presence: store closed")
)

// outage is room.ErrUnavailable with a word about why. The cause itself stays
// out of it: the network's own error texts hold addresses.
type outage struct {
	op, reason string
	replied    bool  // Redis answered: it is there, and cannot do it
	caller     error // the caller's context error, or nil
}

// Reasons of an outage that the store itself tells apart.
const (
	reasonCanceled = "canceled"
	reasonBusy     = "busy"    // all connections were in use
	reasonResting  = "resting" // not sent; see breaker
	reasonLapsed   = "lease lapsed"
)

func (o *outage) Error() string {
	return "presence: " + o.op + ": " + room.ErrUnavailable.Error() + " (" + o.reason + ")"
}

func (o *outage) Unwrap() []error {
	if o.caller == nil {
		return []error{room.ErrUnavailable}
	}
	return []error{room.ErrUnavailable, o.caller}
}

// lapsed is the outage of a lease that Redis no longer shows and nobody has
// taken: Renew puts it back.
func lapsed(op string) error { return &outage{op: op, reason: reasonLapsed, replied: true} }

// hasLapsed tells it from other outages.
func hasLapsed(err error) bool {
	var o *outage
	return errors.As(err, &o) && o.reason == reasonLapsed
}

// failure turns what go-redis returned into an error of ours.
func failure(ctx context.Context, op string, err error) error {
	code, replied := replyCode(err)
	switch {
	case errors.Is(err, redis.ErrClosed):
		return fmt.Errorf("presence: %s: %w", op, ErrClosed)
	case replied && code == "WRONGTYPE":
		return fmt.Errorf("presence: %s: %w", op, ErrCorrupt)
	case replied:
		return &outage{op: op, reason: "reply " + code, replied: true}
	}
	return &outage{op: op, reason: reason(err), caller: ctx.Err()}
}

// replyCode is the first word of an error Redis itself replied with.
func replyCode(err error) (string, bool) {
	var reply redis.Error
	if !errors.As(err, &reply) || errors.Is(err, redis.Nil) {
		return "", false
	}
	code, _, _ := strings.Cut(reply.Error(), " ")
	for _, r := range code {
		if r < 'A' || r > 'Z' {
			return "ERR", true
		}
	}
	return code, true
}

// reason classes a network error in one word without its text.
func reason(err error) string {
	var timeout net.Error
	switch {
	case errors.Is(err, redis.ErrPoolTimeout):
		return reasonBusy
	case errors.Is(err, context.Canceled):
		return reasonCanceled
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return "connection closed"
	}
	return "network"
}

// refused tells whether Redis answered and did not accept the login.
func refused(err error) bool {
	code, ok := replyCode(err)
	return ok && (code == "NOAUTH" || code == "WRONGPASS" || code == "NOPERM")
}
