package sfu

import (
	"log/slog"
	"net/netip"
)

// Config says where media arrives.
type Config struct {
	// UDP is the host:port every participant's media shares. Port 0 takes a
	// free one. Required.
	UDP string
	// TCP is the host:port for ICE over TCP (RFC 6544), for networks that
	// block UDP. Empty for none.
	TCP string
	// Plain sends every UDP packet with a system call of its own, where
	// otherwise those that are ready together leave together (Linux).
	Plain bool
	// Announce are the addresses written into answers instead of the
	// listeners' own, for a server behind a one-to-one NAT. Empty: the
	// listener's address; where that is unspecified, the addresses of the
	// interfaces that are up, without loopback unless there is nothing else.
	Announce []netip.Addr
	// Loopback also announces the loopback address, for a browser on the same
	// machine as a server that listens on all addresses.
	Loopback bool
	// Frozen is called, on the goroutine of all circles, when this server has
	// stood still for over a second: its packet path is shut until Hush(false),
	// because another server may own its rooms by now. It must return at once.
	// Nil for a server that is alone.
	Frozen func()
	// Log gets one line for each failure of the media stack, without any
	// detail of the network. Nil discards.
	Log *slog.Logger
}

func (c Config) logger() *slog.Logger {
	if c.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return c.Log
}
