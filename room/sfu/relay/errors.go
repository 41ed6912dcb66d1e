package relay

import (
	"errors"
	"net"
)

// Errors of the package. None names an address.
var (
	// ErrConfig is a Config that cannot work.
	ErrConfig = errors.New("relay: configuration")
	// ErrListen is a listener that could not be opened; it wraps the system's reason.
	ErrListen = errors.New("relay: listen")
	// ErrFull says that there are as many credentials as there may be.
	ErrFull = errors.New("relay: too many credentials")
	// ErrClosed is returned after Close.
	ErrClosed = errors.New("relay: closed")

	errRefused = errors.New("relay: allocation refused")
)

// cause strips the address from an error of package net.
func cause(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}
