package hop

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
)

// Errors of the client and of NewKey. None holds an address.
var (
	// ErrRefused: nobody listens there. The process is gone, its host is not.
	ErrRefused = errors.New("hop: connection refused")
	// ErrSilent: no answer in time; nothing is known about the node.
	ErrSilent = errors.New("hop: no answer in time")
	// ErrStranger: who answers does not hold the cluster key.
	ErrStranger = errors.New("hop: not a node of this cluster")
	// ErrAnswer: the answer is not of this protocol, or the question not one that
	// a node may ask.
	ErrAnswer = errors.New("hop: answer not understood")
	// ErrLost: the connection broke in the middle.
	ErrLost = errors.New("hop: connection lost")
	// ErrKey: the cluster key has the wrong size.
	ErrKey = errors.New("hop: cluster key")
)

// failed names what went wrong without the network's own words, which hold
// addresses. A context that has ended stays recognizable.
func failed(ctx context.Context, what string, err error) error {
	kind := kindOf(err)
	if cause := ctx.Err(); cause != nil && (kind == ErrSilent || kind == ErrLost) {
		return fmt.Errorf("hop: %s: %w: %w", what, ErrSilent, cause)
	}
	return fmt.Errorf("hop: %s: %w", what, kind)
}

func kindOf(err error) error {
	var slow net.Error
	switch {
	case errors.Is(err, ErrStranger):
		return ErrStranger
	case errors.Is(err, ErrAnswer):
		return ErrAnswer
	case errors.Is(err, syscall.ECONNREFUSED):
		return ErrRefused
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &slow) && slow.Timeout():
		return ErrSilent
	}
	return ErrLost
}
