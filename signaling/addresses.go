package signaling

import (
	"container/list"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Bounds of what is remembered of addresses.
const (
	addressesKept = 1 << 14
	addressMemory = 10 * time.Minute
	longestDelay  = 5 * time.Minute
)

// addresses counts what each address costs. An address is known only by a hash
// under a key of this process, for ten minutes at most after its last use, and
// no more than addressesKept of them. Safe for concurrent use.
type addresses struct {
	// Static after newAddresses.
	key    [32]byte
	limits Limits
	now    func() time.Time

	mu    sync.Mutex // guards all below, and the entries
	byKey map[addressKey]*list.Element
	order *list.List // of *address, the longest unused first
}

type addressKey [16]byte

// address is what one address has done lately. Guarded by addresses.mu.
type address struct {
	of       *addresses
	key      addressKey
	used     time.Time
	open     int // sockets before welcome
	joins    *rate.Limiter
	failures []time.Time // of tokens, within addressMemory
	blocked  time.Time   // forged hellos have to wait until then
}

func newAddresses(l Limits, now func() time.Time) *addresses {
	a := &addresses{limits: l, now: now, byKey: map[addressKey]*list.Element{}, order: list.New()}
	_, _ = rand.Read(a.key[:]) // never fails since Go 1.24
	return a
}

// hash forgets the address: an IPv6 site counts as one.
func (a *addresses) hash(ip netip.Addr) (key addressKey) {
	if ip.Is6() {
		if p, err := ip.Prefix(64); err == nil {
			ip = p.Addr()
		}
	}
	mac := hmac.New(sha256.New, a.key[:])
	mac.Write(ip.AsSlice())
	copy(key[:], mac.Sum(nil))
	return key
}

// visit is one socket of an address until it is known who it is.
type visit struct {
	*address
	left bool // guarded by addresses.mu
}

// enter counts a new socket, or returns nil when there are too many that nobody
// knows yet. Each is ended with leave.
func (a *addresses) enter(ip netip.Addr) *visit {
	key := a.hash(ip)
	a.mu.Lock()
	defer a.mu.Unlock()
	e := a.find(key)
	if e.open >= a.limits.Unauthenticated {
		return nil
	}
	e.open++
	return &visit{address: e}
}

// find returns the entry of a key, made new where there is none.
func (a *addresses) find(key addressKey) *address {
	now := a.now()
	a.sweep(now)
	if el, ok := a.byKey[key]; ok {
		a.order.MoveToBack(el)
		e := el.Value.(*address)
		e.used = now
		return e
	}
	perMinute := rate.Limit(float64(a.limits.Joins) / 60)
	e := &address{of: a, key: key, used: now, joins: rate.NewLimiter(perMinute, a.limits.Joins)}
	a.byKey[key] = a.order.PushBack(e)
	return e
}

// sweep forgets addresses not used for a while, and the oldest where there are
// too many.
func (a *addresses) sweep(now time.Time) {
	for el := a.order.Front(); el != nil; el = a.order.Front() {
		e := el.Value.(*address)
		if now.Sub(e.used) < addressMemory && a.order.Len() < addressesKept {
			return
		}
		a.order.Remove(el)
		delete(a.byKey, e.key)
	}
}

// visitor is a socket of which nobody knows yet who it is, as the limits of
// addresses see it.
type visitor interface {
	leave()                              // it is known now, or gone
	join() (wait time.Duration, ok bool) // may a genuine token come in?
	wait() time.Duration                 // how long forged hellos have to wait
	failed()                             // a token or ticket was not genuine
}

// unlimited is a socket that another node has brought: its address has been
// judged there.
type unlimited struct{}

func (unlimited) leave()                      {}
func (unlimited) join() (time.Duration, bool) { return 0, true }
func (unlimited) wait() time.Duration         { return 0 }
func (unlimited) failed()                     {}

// leave ends what enter began. Idempotent.
func (v *visit) leave() {
	v.of.mu.Lock()
	defer v.of.mu.Unlock()
	if !v.left {
		v.left = true
		v.open--
	}
}

// join asks whether a hello with a genuine token may come in now, else how long
// to wait.
func (e *address) join() (wait time.Duration, ok bool) {
	e.of.mu.Lock()
	defer e.of.mu.Unlock()
	if !e.joins.AllowN(e.of.now(), 1) {
		return time.Minute / time.Duration(e.of.limits.Joins), false
	}
	return 0, true
}

// wait asks how long forged hellos have to wait for earlier ones.
func (e *address) wait() time.Duration {
	e.of.mu.Lock()
	defer e.of.mu.Unlock()
	return max(e.blocked.Sub(e.of.now()), 0)
}

// failed counts a token or ticket that was not genuine. From the limit on, each
// further one doubles the time to wait.
func (e *address) failed() {
	e.of.mu.Lock()
	defer e.of.mu.Unlock()
	now := e.of.now()
	kept := e.failures[:0]
	for _, t := range e.failures {
		if now.Sub(t) < addressMemory {
			kept = append(kept, t)
		}
	}
	e.failures = append(kept, now)
	if over := len(e.failures) - e.of.limits.Failures; over >= 0 {
		e.blocked = now.Add(min(time.Second<<min(over, 16), longestDelay))
	}
}
