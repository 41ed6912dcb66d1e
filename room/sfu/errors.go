package sfu

import "errors"

// Errors of the package. None of them carries an address, a candidate or a
// part of a session description.
var (
	// ErrOffer is a session description that is not the circle's: wrong m-lines,
	// too large, no fingerprint, more senders than allowed. It is wrapped by a
	// constant reason.
	ErrOffer = errors.New("sfu: offer refused")
	// ErrClosed is returned after Close of the peer, its circle or the SFU.
	ErrClosed = errors.New("sfu: closed")
	// ErrListen means that a media socket could not be opened.
	ErrListen = errors.New("sfu: cannot listen")
	// ErrConfig is a configuration that makes no sense.
	ErrConfig = errors.New("sfu: bad configuration")
	// ErrInternal is a failure of the WebRTC stack on an accepted offer.
	ErrInternal = errors.New("sfu: media stack failed")
)

// refusal is an ErrOffer with a constant reason, safe to log.
type refusal string

func (r refusal) Error() string        { return "sfu: offer refused: " + string(r) }
func (r refusal) Is(target error) bool { return target == ErrOffer }
