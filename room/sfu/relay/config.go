package relay

import (
	"crypto/tls"
	"log/slog"
	"net/netip"
	"time"
)

// Config says where clients come in and where their packets go. At least one
// of UDP and TLS is required.
type Config struct {
	// UDP is the host:port for TURN over UDP. Empty for none.
	UDP string
	// TLS is the host:port for TURN over TLS over TCP. Empty for none.
	TLS string
	// Certificate is asked in every handshake of TLS. Required with TLS.
	Certificate func(*tls.ClientHelloInfo) (*tls.Certificate, error)
	// Media is the SFU's UDP socket on this machine; the address may be
	// unspecified. It is the only peer there is. Required.
	Media netip.AddrPort
	// Peers are the addresses under which clients know Media, such as the
	// public one of a one-to-one NAT, without the port, which is Media's.
	// Packets to them go straight to Media, and Media's seem to come from them.
	// Required.
	Peers []netip.Addr
	// Allocations is how many may be open at once, 0 for 512. Each has a socket.
	Allocations int
	// Log gets one line for failures of the TURN library, without any detail of
	// the network. Nil discards.
	Log *slog.Logger

	limits limits // tests change it; the zero value means usual
}

// limits bound what clients can use up.
type limits struct {
	each        int           // allocations of one credential
	silent      time.Duration // an allocation not heard for so long gives way to a new one of its credential
	idle        time.Duration // one not heard for so long ends, whatever lifetime the client asked for
	sweep       time.Duration // between two looks for idle ones
	rate, burst int64         // bytes a second and at once, each way of each allocation
	introduce   time.Duration // a TLS connection has to allocate within
}

// usual are the limits in production. 750 kB/s is twice what the largest circle
// sends to one participant. Clients refresh what they hold every five to nine
// minutes, so that eleven are silence.
var usual = limits{
	each: 10, silent: 20 * time.Second, idle: 11 * time.Minute, sweep: 30 * time.Second,
	rate: 750_000, burst: 375_000, introduce: 10 * time.Second,
}

const (
	// Realm is the realm of all credentials (RFC 8489, 9.2).
	Realm = "hearth"
	// maxCredentials bounds what Grant gives at once: all links of a server
	// many times over.
	maxCredentials = 1 << 16
	// maxChannels is how many channels an allocation may bind. Clients bind one
	// to each candidate of the answer.
	maxChannels = 32
	// defaultAllocations is Config.Allocations when 0.
	defaultAllocations = 512
	// maxLifetime is what pion gives a client that asks for no lifetime.
	maxLifetime = 10 * time.Minute
)

func (c Config) logger() *slog.Logger {
	if c.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return c.Log
}

// completed fills in what was left out, or says ErrConfig.
func (c Config) completed() (Config, error) {
	if c.limits == (limits{}) {
		c.limits = usual
	}
	if c.Allocations <= 0 {
		c.Allocations = defaultAllocations
	}
	switch {
	case c.UDP == "" && c.TLS == "",
		c.TLS != "" && c.Certificate == nil,
		!c.Media.IsValid() || c.Media.Port() == 0,
		len(c.Peers) == 0:
		return c, ErrConfig
	}
	return c, nil
}
