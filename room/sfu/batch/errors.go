package batch

import (
	"errors"
	"net"
	"os"
	"syscall"
)

var (
	// ErrConn is returned by Open for a socket it cannot use.
	ErrConn = errors.New("batch: unusable socket")
	// ErrAddress is returned for a destination the socket's family cannot
	// reach: no address at all, or an IPv6 one on an IPv4 socket.
	ErrAddress = errors.New("batch: unusable address")
)

// final says that err is about the socket, not about one datagram: it was
// closed, or its deadline has passed.
func final(err error) bool {
	return errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrDeadlineExceeded)
}

// bare is err without the addresses that package net puts into its errors.
func bare(err error) error {
	switch {
	case errors.Is(err, net.ErrClosed):
		return net.ErrClosed
	case errors.Is(err, os.ErrDeadlineExceeded):
		return os.ErrDeadlineExceeded
	}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno
	}
	return ErrConn
}
