package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"hearth/room"
	"hearth/room/presence"
	"hearth/room/sfu"
	"hearth/room/sfu/relay"
	"hearth/signaling"
	"hearth/web"
)

// Bounds of the end of a node.
const (
	drainWait = 5 * time.Second  // clients take their goodbye, rooms write their record
	handWait  = 11 * time.Second // rooms go over to other nodes, people after them
	redisBeat = 2 * time.Second  // between two looks at Redis for /readyz
)

// Bounds of one HTTP request. Without them a client that announces a body and
// sends none, or asks for a file and reads nothing, keeps its connection for ever.
const (
	bodyWait = 10 * time.Second // from the connection to the end of a body, which no request here needs
	pageWait = time.Minute      // for the largest file of the page on a poor line
)

// node is one running server: everything that open wired together, in the
// order in which it is closed again from the last to the first.
type node struct {
	// Static after open.
	cfg      Config
	log      *slog.Logger
	keys     keys
	store    *presence.Store
	media    *sfu.SFU
	relay    *relay.Server // nil without one
	courier  *courier      // nil where nobody is told of attendance
	fleet    *fleet        // nil on a node that is alone
	rooms    *room.Rooms
	sockets  *signaling.Server
	public   *http.Server
	listener net.Listener
	ops      *ops

	ready atomic.Int32 // a Readiness
}

// open starts everything but the public listener's serving. On an error
// nothing is left running.
func open(ctx context.Context, cfg Config, log *slog.Logger) (_ *node, err error) {
	n := &node{cfg: cfg, log: log}
	defer func() {
		if err != nil {
			n.close()
		}
	}()
	if n.keys, err = openKeys(cfg, log); err != nil {
		return nil, err
	}
	if n.listener, err = net.Listen("tcp", cfg.Addr); err != nil {
		return nil, fmt.Errorf("public listener: %w", err)
	}
	n.cfg.Bound(netip.MustParseAddrPort(n.listener.Addr().String()).Port())
	if n.fleet, err = openFleet(cfg, n.keys); err != nil {
		return nil, err
	}
	if err = n.openStore(ctx); err != nil {
		return nil, err
	}
	if err = n.openMedia(); err != nil {
		return nil, fmt.Errorf("media listeners: %w", err)
	}
	if err = n.openRooms(); err != nil {
		return nil, err
	}
	if err = n.openRelay(); err != nil {
		return nil, err
	}
	if err = n.openPublic(); err != nil {
		return nil, err
	}
	if err = n.join(); err != nil {
		return nil, err
	}
	if n.ops, err = openOps(cfg, n.readiness, n.metrics()); err != nil {
		return nil, err
	}
	return n, nil
}

// openStore opens the way to Redis, and makes what decides by it who serves a
// room.
func (n *node) openStore(ctx context.Context) (err error) {
	c := presence.Config{URL: string(n.cfg.RedisURL), Node: n.cfg.Node, AwayTTL: n.cfg.Grace, Log: n.log}
	if n.fleet != nil {
		c.NodeURL, c.Origin = n.fleet.url, n.origin()
	}
	if n.store, err = presence.Open(ctx, c); err == nil && n.fleet != nil {
		err = n.openCluster()
	}
	return err
}

func (n *node) openMedia() (err error) {
	c := sfu.Config{UDP: n.cfg.MediaUDP, TCP: n.cfg.MediaTCP, Announce: n.cfg.MediaAnnounce, Plain: n.cfg.MediaPlain, Loopback: n.cfg.Local(), Log: n.log}
	if n.fleet != nil {
		c.Frozen = n.frozen
	}
	n.media, err = sfu.Open(c)
	return err
}

// openRooms makes the rooms, and who is told of their sessions.
func (n *node) openRooms() (err error) {
	c := room.Config{Settings: settingsOf(n.cfg), Presence: n.store, Media: media{n.media}, Log: n.log}
	if n.fleet != nil {
		c.Presence, c.Elsewhere, c.Settle = n.fleet.cluster, n.fleet.elsewhere, n.fleet.settle
	}
	if n.courier = openCourier(n.cfg, http.DefaultTransport.(*http.Transport).Clone(), n.log); n.courier != nil {
		c.Ended = n.courier.take
	}
	n.rooms, err = room.NewRooms(c)
	return err
}

// settingsOf are the rules of every room of this server.
func settingsOf(cfg Config) room.Settings {
	return room.Settings{
		Caps:    room.Caps{Patients: cfg.Patients, Facilitators: cfg.Facilitators, Support: cfg.Support},
		Waiting: cfg.Waiting, Grace: cfg.Grace, HoldClose: cfg.HoldClose,
		Removal: time.Duration(cfg.RemovalDays) * 24 * time.Hour,
		Length:  time.Duration(cfg.SessionMinutes) * time.Minute, Door: time.Duration(cfg.DoorMinutes) * time.Minute,
		HideQuick: cfg.HideQuick,
	}
}

// openPublic makes the page's server, which serve then starts.
func (n *node) openPublic() (err error) {
	c := signaling.Config{
		Rooms: signaling.Entering(n.rooms.Enter), Verifier: n.keys.verifier, Minter: n.keys.signer, Revocations: n.store,
		ClusterKey: n.keys.file.Cluster[:], PublicURL: n.cfg.PublicURL, Origins: n.cfg.Origins, Trusted: n.cfg.TrustProxy,
		Relay: n.lender(),
		Page:  web.Files, Rules: web.RulesVersion(), Grace: n.cfg.Grace, InviteLife: inviteLife(n.cfg), Log: n.log,
		Limits: signaling.Limits{Joins: n.cfg.Joins},
		Texts:  signaling.Texts{Crisis: n.cfg.CrisisText, Contact: n.cfg.ClinicContact, Exit: n.cfg.ExitURL, Attendance: n.cfg.AttendanceURL != ""},
	}
	if n.fleet != nil {
		c.Cluster, c.Hops, c.Owns, c.Origin = n.fleet.cluster, n.fleet.client, n.rooms.Owns, n.origin()
	}
	if n.sockets, err = signaling.New(c); err != nil {
		return err
	}
	n.public = &http.Server{
		Handler: n.onlyTrusted(n.sockets.Handler()), ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute,
		ReadTimeout: bodyWait, WriteTimeout: pageWait, // neither holds for a socket once it is upgraded
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // its lines hold addresses
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12},
	}
	return nil
}

// onlyTrusted keeps plain HTTP on a listener that others can reach to the
// proxies that end TLS in front of it (M-P6).
func (n *node) onlyTrusted(next http.Handler) http.Handler {
	if n.cfg.TLSCert != "" || loopbackAddr(n.cfg.Addr) {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !from.Addr().IsLoopback() && !n.cfg.Trusts(from.Addr()) {
			plain(w, http.StatusForbidden, "not here")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// serve serves until ctx is done, then sends everybody away to come back, lets
// the rooms write what has to survive, and ends.
func (n *node) serve(ctx context.Context) error {
	var work sync.WaitGroup
	defer work.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	work.Go(func() { n.watchRedis(ctx) })
	ended := make(chan error, 1)
	go func() { ended <- n.servePublic() }()
	n.log.Info("serving", "config", n.cfg)
	select {
	case <-ctx.Done():
		n.ready.Store(int32(Draining))
		n.log.Info("draining")
		err := n.close()
		<-ended
		return err
	case err := <-ended:
		n.ready.Store(int32(Draining))
		return errors.Join(err, n.close())
	}
}

// servePublic returns nil after the public server was closed.
func (n *node) servePublic() (err error) {
	if n.cfg.TLSCert != "" {
		err = n.public.ServeTLS(n.listener, n.cfg.TLSCert, n.cfg.TLSKey)
	} else {
		err = n.public.Serve(n.listener)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("public listener: %w", err)
}

// watchRedis keeps readiness true: a Redis that only reads opens no room and keeps
// no removal, which is to be seen before anybody wants one. A node whose name or internal URL
// another one has, too, is not to be sent anybody.
func (n *node) watchRedis(ctx context.Context) {
	beat := time.NewTicker(redisBeat)
	defer beat.Stop()
	for {
		n.note(ctx, n.look)
		select {
		case <-beat.C:
		case <-ctx.Done():
			return
		}
	}
}

// look asks how ready the node is.
func (n *node) look(ctx context.Context) Readiness {
	switch redis := n.store.Ping(ctx); {
	case n.fleet != nil && n.fleet.cluster.Doubled():
		return NotReady
	case redis != nil:
		return Degraded
	}
	return Ready
}

// note keeps what look found, unless the node has begun to drain: also while it
// looked, which may take a while.
func (n *node) note(ctx context.Context, look func(context.Context) Readiness) {
	was := n.ready.Load()
	if now := look(ctx); was != int32(Draining) && ctx.Err() == nil {
		n.ready.CompareAndSwap(was, int32(now))
	}
}

func (n *node) readiness() Readiness { return Readiness(n.ready.Load()) }

// close ends what open started, from the last to the first. It takes at most
// about twice drainWait, and handWait more where rooms are handed over.
func (n *node) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), drainWait)
	defer cancel()
	var errs []error
	if n.fleet != nil && n.rooms != nil {
		errs = append(errs, n.handOver()) // while people are still brought on to the other nodes
	}
	if n.sockets != nil {
		n.sockets.Close()
	}
	if n.public != nil {
		errs = append(errs, n.public.Close())
	} else if n.listener != nil {
		errs = append(errs, n.listener.Close())
	}
	if n.rooms != nil {
		errs = append(errs, n.rooms.Close(ctx))
	}
	n.courier.Close() // after the rooms, which have told the last of it
	errs = append(errs, n.fleet.close())
	if n.relay != nil {
		errs = append(errs, n.relay.Close())
	}
	if n.media != nil {
		errs = append(errs, n.media.Close())
	}
	if n.store != nil {
		errs = append(errs, n.store.Close())
	}
	if n.keys.verifier != nil {
		n.keys.verifier.Close()
	}
	if n.ops != nil {
		errs = append(errs, n.ops.Close(ctx))
	}
	return errors.Join(errs...)
}
