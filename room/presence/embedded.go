package presence

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// sweepEvery is how often an embedded Redis drops what has expired even when
// nobody asks it anything.
const sweepEvery = 5 * time.Second

// embedded is a Redis inside this process. It has no listening socket: every
// connection is a pipe in memory. TTLs and TIME follow the wall clock.
type embedded struct {
	// Static.
	redis *miniredis.Miniredis
	stop  chan struct{}
	done  sync.WaitGroup // the sweeper

	mu     sync.Mutex
	closed bool // guarded by mu: a dial after it would start a new server
}

func startEmbedded() *embedded {
	e := &embedded{redis: miniredis.NewMiniRedis(), stop: make(chan struct{})}
	e.redis.ClockTTL(true)
	e.done.Go(e.sweep)
	return e
}

// client makes a client of the embedded Redis.
func (e *embedded) client(cfg Config) redis.UniversalClient {
	o := tuned(&redis.UniversalOptions{Addrs: []string{"embedded:0"}}, cfg)
	o.Dialer = func(context.Context, string, string) (net.Conn, error) { return e.dial() }
	return redis.NewUniversalClient(o)
}

func (e *embedded) dial() (net.Conn, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, net.ErrClosed
	}
	return e.redis.Dial()
}

// sweep touches the database: miniredis expires keys when it is touched.
func (e *embedded) sweep() {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			e.redis.DB(0)
		case <-e.stop:
			return
		}
	}
}

// close ends the server and everything it holds, once.
func (e *embedded) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return
	}
	e.closed = true
	close(e.stop)
	e.done.Wait()
	e.redis.Close()
}
