package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"hearth/room"
)

// Bounds of delivering attendance (S-13).
const (
	deliverFor   = 15 * time.Minute // from the end of the session; then it is forgotten
	deliverFirst = time.Second      // between the first two attempts; doubles
	deliverMost  = 2 * time.Minute  // between two later ones
	attemptWait  = 10 * time.Second // one attempt
	lastWait     = 2 * time.Second  // for all that is left when the server stops
	maxParcels   = 64               // taken and not delivered
)

// courier delivers attendance to the operator's system and forgets it. Nothing
// is written anywhere: what is not delivered in time, or when the server stops,
// is gone, and counted.
type courier struct {
	// Static after construction.
	url    string
	key    []byte
	client *http.Client
	log    *slog.Logger
	queue  chan parcel // maxParcels; a further one is lost (counted)
	stop   chan struct{}
	done   chan struct{}
	ctx    context.Context // of every attempt
	cancel context.CancelFunc

	once    sync.Once
	waiting []parcel // owned by run; at most maxParcels, until the end

	delivered, retried, expired, overflowed, pending atomic.Int64
}

// parcel is one message on its way.
type parcel struct {
	body  []byte
	until time.Time     // then it is forgotten
	next  time.Time     // of the next attempt
	pause time.Duration // after it, if it fails
}

// courierStats are counts since the start, but for pending.
type courierStats struct{ Delivered, Retried, Expired, Overflowed, Pending int64 }

// openCourier starts the delivery; Close ends it. nil where the operator wants
// none.
func openCourier(cfg Config, transport http.RoundTripper, log *slog.Logger) *courier {
	if cfg.AttendanceURL == "" {
		return nil
	}
	c := &courier{
		url: cfg.AttendanceURL, key: []byte(string(cfg.AttendanceSecret)), log: log,
		queue: make(chan parcel, maxParcels), stop: make(chan struct{}), done: make(chan struct{}),
		client: &http.Client{
			Transport: transport, Timeout: attemptWait,
			// A redirect would take the message to somebody the operator has not named.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	go c.run()
	return c
}

// take accepts the summary of a session. It never blocks. Safe for concurrent
// use, also after Close, when it only counts the loss.
func (c *courier) take(sum room.Summary) {
	body, err := attendanceOf(sum)
	if err != nil {
		c.log.Error("attendance not encodable", "err", err)
		return
	}
	now := time.Now()
	c.pending.Add(1)
	select {
	case c.queue <- parcel{body: body, until: now.Add(deliverFor), next: now, pause: deliverFirst}:
	default:
		c.finish(&c.overflowed)
		c.log.Warn("attendance lost", "why", "queue full")
	}
}

// run attempts what is due until Close, then everything that is left once more.
func (c *courier) run() {
	defer close(c.done)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		timer.Reset(c.rest())
		select {
		case p := <-c.inbox():
			c.waiting = append(c.waiting, p)
		case <-timer.C:
		case <-c.stop:
			c.last()
			return
		}
		c.attempt()
	}
}

// inbox is the queue while there is room for more.
func (c *courier) inbox() <-chan parcel {
	if len(c.waiting) >= maxParcels {
		return nil
	}
	return c.queue
}

// rest is how long nothing is due.
func (c *courier) rest() time.Duration {
	rest := time.Hour
	for _, p := range c.waiting {
		rest = min(rest, time.Until(p.next))
	}
	return max(0, rest)
}

// attempt tries what is due, and keeps what was not delivered and has time.
func (c *courier) attempt() {
	kept := c.waiting[:0]
	for _, p := range c.waiting {
		if time.Until(p.next) > 0 || !c.settle(&p) {
			kept = append(kept, p)
		}
	}
	clear(c.waiting[len(kept):]) // a delivered message is not kept in memory
	c.waiting = kept
}

// settle makes one attempt, and says whether the parcel is done with.
func (c *courier) settle(p *parcel) bool {
	if c.deliver(p.body) == nil {
		c.finish(&c.delivered)
		return true
	}
	p.next = time.Now().Add(p.pause)
	p.pause = min(2*p.pause, deliverMost)
	if p.next.After(p.until) {
		c.expire()
		return true
	}
	c.retried.Add(1)
	return false
}

func (c *courier) finish(n *atomic.Int64) {
	n.Add(1)
	c.pending.Add(-1)
}

func (c *courier) expire() {
	c.finish(&c.expired)
	c.log.Warn("attendance lost", "why", "not delivered in time")
}

// errUndelivered says nothing of where or why: an answer may hold anything.
var errUndelivered = errors.New("attendance not taken")

// deliver posts one message. Only a status of 200 to 299 means that it was taken.
func (c *courier) deliver(body []byte) error {
	req, err := http.NewRequestWithContext(c.ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return errUndelivered
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "hearth")
	req.Header.Set(signatureHeader, signature(c.key, body, time.Now()))
	resp, err := c.client.Do(req)
	if err != nil {
		return errUndelivered
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, 4<<10) // so that the connection can be used again
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return errUndelivered
	}
	return nil
}

// last tries everything once more; the context of the attempts ends with the
// time there is.
func (c *courier) last() {
	defer c.client.CloseIdleConnections()
	for {
		select {
		case p := <-c.queue:
			c.waiting = append(c.waiting, p)
			continue
		default:
		}
		break
	}
	for _, p := range c.waiting {
		if c.deliver(p.body) == nil {
			c.finish(&c.delivered)
		} else {
			c.expire()
		}
	}
	c.waiting = nil
}

// Close tries everything once more for at most lastWait, and returns when
// nothing runs any more. Idempotent; nil does nothing.
func (c *courier) Close() {
	if c == nil {
		return
	}
	c.once.Do(func() {
		defer c.cancel()
		defer time.AfterFunc(lastWait, c.cancel).Stop()
		close(c.stop)
		<-c.done
	})
}

// Stats counts.
func (c *courier) Stats() courierStats {
	return courierStats{c.delivered.Load(), c.retried.Load(), c.expired.Load(), c.overflowed.Load(), c.pending.Load()}
}
