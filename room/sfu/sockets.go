package sfu

import (
	"errors"
	"fmt"
	"net"
	"net/netip"

	"hearth/room/sfu/batch"

	"github.com/pion/ice/v4"
	"github.com/pion/logging"
)

// Sizes of the sockets' queues.
const (
	udpBuffer      = 4 << 20 // bytes in the kernel, each way
	tcpReadQueue   = 64      // packets from one participant
	tcpWriteBuffer = 1 << 20 // bytes to one participant; more is dropped, so that one slow TCP path delays nobody
)

// sharedUDP is ice.UDPMux over the one socket. It differs from pion's in the
// addresses it reports: one of each family, so that one goroutine reads each
// participant's packets and they stay in order. What is announced to clients
// is a matter of the answer (candidates.go).
type sharedUDP struct {
	*ice.UDPMuxDefault
	conn  *batch.Conn
	local []net.Addr
}

func openUDP(address string, plain bool, log logging.LeveledLogger) (*sharedUDP, error) {
	at, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		return nil, fmt.Errorf("%w: udp address", ErrConfig)
	}
	conn, err := net.ListenUDP("udp", at)
	if err != nil {
		return nil, fmt.Errorf("%w: udp: %w", ErrListen, cause(err))
	}
	// The kernel may allow less; it takes what it may.
	_, _ = conn.SetReadBuffer(udpBuffer), conn.SetWriteBuffer(udpBuffer)
	many, err := batch.Open(conn, batch.Options{Batch: !plain, Segment: !plain})
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("%w: udp: %w", ErrListen, cause(err))
	}
	bound := conn.LocalAddr().(*net.UDPAddr)
	u := &sharedUDP{conn: many, local: []net.Addr{bound}}
	if bound.IP.IsUnspecified() {
		u.local = []net.Addr{&net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: bound.Port}}
		if bound.IP.To4() == nil {
			u.local = append(u.local, &net.UDPAddr{IP: net.IPv6loopback, Port: bound.Port})
		}
	}
	u.UDPMuxDefault = ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: many, Logger: log})
	return u, nil
}

// GetListenAddresses implements ice.UDPMux.
func (u *sharedUDP) GetListenAddresses() []net.Addr { return u.local }

func (u *sharedUDP) addr() netip.AddrPort { return u.conn.LocalAddr().(*net.UDPAddr).AddrPort() }

// cork gathers what is sent until uncork, on any number of goroutines. Both
// do nothing without a socket.
func (u *sharedUDP) cork() {
	if u != nil {
		u.conn.Cork()
	}
}

// uncork sends what was gathered. The caller holds no lock: it may have to
// wait for the socket.
func (u *sharedUDP) uncork() {
	if u != nil {
		u.conn.Uncork()
	}
}

// sharedTCP is ice.TCPMux over the one listener.
type sharedTCP struct {
	*ice.TCPMuxDefault
	listener *net.TCPListener
}

func openTCP(address string, log logging.LeveledLogger, stats *counters) (*sharedTCP, error) {
	at, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%w: tcp address", ErrConfig)
	}
	l, err := net.ListenTCP("tcp", at)
	if err != nil {
		return nil, fmt.Errorf("%w: tcp: %w", ErrListen, cause(err))
	}
	return &sharedTCP{
		TCPMuxDefault: ice.NewTCPMuxDefault(ice.TCPMuxParams{
			Listener: newDoor(l, stats), Logger: log, ReadBufferSize: tcpReadQueue, WriteBufferSize: tcpWriteBuffer,
			FirstStunBindTimeout: tcpFirstCheck, AliveDurationForConnFromStun: tcpFirstCheck,
		}),
		listener: l,
	}, nil
}

func (t *sharedTCP) addr() netip.AddrPort { return t.listener.Addr().(*net.TCPAddr).AddrPort() }

// cause strips the address from an error of package net.
func cause(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}
