package presence

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"hearth/room"
)

// bed is one Redis with as many nodes on it as a test wants, and a client of
// its own that looks at the keys.
type bed struct {
	raw    *redis.Client
	open   func(t testing.TB, cfg Config) *Store
	server *server // nil for the embedded Redis
}

// beds are the stores that every contract test runs against.
var beds = map[string]func(testing.TB) *bed{
	"embedded": embeddedBed,
	"server":   serverBed,
	"cluster":  clusterBed,
}

// onEach runs a test against each kind of store.
func onEach(t *testing.T, test func(*testing.T, *bed)) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(beds)) {
		t.Run(name, func(t *testing.T) { test(t, beds[name](t)) })
	}
}

func embeddedBed(t testing.TB) *bed {
	first, err := Open(context.Background(), Config{Timeout: 20 * time.Second, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = first.Close() })
	return &bed{
		raw: first.client.(*redis.Client),
		open: func(t testing.TB, cfg Config) *Store {
			cfg.URL = ""
			s := &Store{cfg: cfg.withDefaults()}
			s.client = first.inside.client(s.cfg)
			s.close = s.client.Close
			t.Cleanup(func() { _ = s.Close() })
			return s
		},
	}
}

func serverBed(t testing.TB) *bed {
	return bedOf(t, startServer(t), "")
}

func clusterBed(t testing.TB) *bed {
	s := startCluster(t)
	return bedOf(t, s, "?cluster=true")
}

func bedOf(t testing.TB, srv *server, query string) *bed {
	raw := redis.NewClient(&redis.Options{Addr: srv.addr})
	t.Cleanup(func() { _ = raw.Close() })
	return &bed{raw: raw, server: srv, open: func(t testing.TB, cfg Config) *Store {
		cfg.URL = srv.url + query
		s, err := Open(context.Background(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}}
}

// node opens a node. Patient timeouts and a long lease: these tests are about
// rules, and the machine may be busy.
func (b *bed) node(t testing.TB, id string, with ...func(*Config)) *Store {
	cfg := Config{Node: id, NodeURL: "http://" + id + ":7", Timeout: 20 * time.Second, LeaseTTL: 2 * time.Minute,
		LiveTTL: 2 * time.Minute, Log: slog.New(slog.DiscardHandler)}
	for _, change := range with {
		change(&cfg)
	}
	return b.open(t, cfg)
}

// claim claims a room that must be free, and watches the lease.
func (b *bed) claim(t testing.TB, s *Store, id string) (watched, room.Record) {
	t.Helper()
	l, r, err := s.Claim(context.Background(), id)
	if err != nil {
		t.Fatalf("claim: %v", err)
	}
	b.inspect(t)
	return watched{l, b, t}, r
}

// watched is a lease that looks at every key after every call.
type watched struct {
	room.Lease
	bed *bed
	t   testing.TB
}

func (w watched) Seat(ctx context.Context, s room.SeatRecord, c room.Caps) error {
	defer w.bed.inspect(w.t)
	return w.Lease.Seat(ctx, s, c)
}

func (w watched) Renew(ctx context.Context, r room.Record) error {
	defer w.bed.inspect(w.t)
	return w.Lease.Renew(ctx, r)
}

func (w watched) Touch(ctx context.Context) (bool, error) {
	defer w.bed.inspect(w.t)
	return w.Lease.Touch(ctx)
}

func (w watched) Remove(ctx context.Context, s room.Subject, until time.Time) error {
	defer w.bed.inspect(w.t)
	return w.Lease.Remove(ctx, s, until)
}

func (w watched) Lift(ctx context.Context, s room.Subject) error {
	defer w.bed.inspect(w.t)
	return w.Lease.Lift(ctx, s)
}

func (w watched) Release(ctx context.Context) error {
	defer w.bed.inspect(w.t)
	return w.Lease.Release(ctx)
}

func (w watched) End(ctx context.Context, ended uint64) error {
	defer w.bed.inspect(w.t)
	return w.Lease.End(ctx, ended)
}

// steps are words of the protocol: no text of anybody's.
const steps = `arrival|opening|topic|sharing|processing|closing|winddown`

// shapes are what may stand in Redis: key, then every text in it.
var shapes = []struct{ key, text *regexp.Regexp }{
	{shape(`hearth:\{[\w.-]+\}:owner`), shape(`node|url|epoch|nonce|mark|node-\w+|http://node-\w+:7|\d+|[0-9a-f]{16}|\d+(:\d+){6}`)},
	{shape(`hearth:\{[\w.-]+\}:fence`), shape(`\d{13,15}`)},
	{shape(`hearth:\{[\w.-]+\}:seats:(patient|facilitator|support)`), shape(`[0-9a-f]{32}|\d+|[\d.e+]+`)},
	{shape(`hearth:\{[\w.-]+\}:info`), shape(`[0-9a-f]{32}|(patient|facilitator|support):\d+:\d+:a?o?`)},
	{shape(`hearth:\{[\w.-]+\}:rules`), shape(`(hold|session|last):[0-9a-f]{32}|mv?|v|locked|paused|1|ended|\d{13,20}|flow|round|(` + steps + `)(:\d+){5}:(` + steps + `)(,(` + steps + `))*|(go_around|goodbye)(:-?\d+){6}`)},
	{shape(`hearth:\{[\w.-]+\}:removed`), shape(`[0-9a-f]{32}|\d+`)},
	{shape(`hearth:\{nodes\}`), shape(`node-\w+|\{"at":\d{13},"url":"(http://node-\w+:7)?","origin":"(https://\w+)?","state":"(ready|draining)","rooms":\d+,"people":\d+\}`)},
	{shape(`hearth:\{revoked\}:[0-9a-f]{32}`), shape(`1`)},
}

func shape(pattern string) *regexp.Regexp { return regexp.MustCompile(`^(` + pattern + `)$`) }

// inspect fails the test if a key could stay for ever, or holds anything but
// opaque ids, flags and numbers.
func (b *bed) inspect(t testing.TB) {
	t.Helper()
	for key, value := range b.dump(t) {
		if value.expires <= 0 {
			t.Errorf("key %s has no time to live", key)
		}
		i := slices.IndexFunc(shapes, func(s struct{ key, text *regexp.Regexp }) bool { return s.key.MatchString(key) })
		if i < 0 {
			t.Errorf("unexpected key %q", key)
			continue
		}
		if last := longest(key, value); last > value.expires+200 {
			t.Errorf("key %s dies %d ms before what it holds", key, last-value.expires)
		}
		for _, text := range value.texts {
			if !shapes[i].text.MatchString(text) {
				t.Errorf("key %s holds %q", key, text)
			}
		}
	}
}

// longest is the latest end of what a key of seats or removals holds, ms.
func longest(key string, v stored) (last int64) {
	if strings.HasSuffix(key, ":removed") || strings.Contains(key, ":seats:") {
		for i := 1; i < len(v.texts); i += 2 {
			end, _ := strconv.ParseInt(v.texts[i], 10, 64)
			last = max(last, end)
		}
	}
	return last
}

// stored is all of one key.
type stored struct {
	texts   []string // sorted for hashes
	expires int64    // ms since 1970
}

// dump reads all of Redis.
func (b *bed) dump(t testing.TB) map[string]stored {
	t.Helper()
	ctx := context.Background()
	all := map[string]stored{}
	for _, key := range b.raw.Keys(ctx, "*").Val() {
		var v stored
		switch kind := b.raw.Type(ctx, key).Val(); kind {
		case "string":
			v.texts = []string{b.raw.Get(ctx, key).Val()}
		case "hash":
			fields := b.raw.HGetAll(ctx, key).Val()
			for _, f := range slices.Sorted(maps.Keys(fields)) {
				v.texts = append(v.texts, f, fields[f])
			}
		case "zset":
			for _, z := range b.raw.ZRangeWithScores(ctx, key, 0, -1).Val() {
				v.texts = append(v.texts, z.Member.(string), fmt.Sprintf("%.0f", z.Score))
			}
		case "none": // expired meanwhile
			continue
		default:
			v.texts = []string{kind}
		}
		life := b.raw.PExpireTime(ctx, key).Val()
		if life == -2 { // expired meanwhile; go-redis leaves -1 and -2 as they are
			continue
		}
		v.expires = life.Milliseconds()
		all[key] = v
	}
	return all
}

// same fails the test unless two dumps hold the same, to the millisecond of
// each expiry; the embedded Redis cannot tell one that exactly.
func (b *bed) same(t testing.TB, before, after map[string]stored) {
	t.Helper()
	slack := int64(0)
	if b.server == nil {
		slack = 200
	}
	for _, key := range slices.Sorted(maps.Keys(merged(before, after))) {
		was, is := before[key], after[key]
		if d := was.expires - is.expires; !slices.Equal(was.texts, is.texts) || d > slack || -d > slack {
			t.Errorf("%s changed:\nbefore %v\nafter  %v", key, was, is)
		}
	}
}

// merged has the keys of both.
func merged(a, b map[string]stored) map[string]stored {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// keysOf names the keys of a dump by their last part.
func keysOf(dump map[string]stored) []string {
	var names []string
	for key := range dump {
		names = append(names, key[strings.LastIndexByte(key, '}')+2:])
	}
	slices.Sort(names)
	return names
}

// subject makes the n-th subject.
func subject(n int) room.Subject { return room.Subject(fmt.Sprintf("%032x", n+0xabc000)) }

// patient is a live seat of a patient.
func patient(n, number int) room.SeatRecord {
	return room.SeatRecord{Subject: subject(n), Role: room.Patient, Number: number, Generation: uint64(n + 1)}
}

// eventually polls until the condition holds.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}
