package cluster

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var (
	seeds = flag.Int("seeds", 100, "random schedules of faults to run; the race detector sees a tenth of them")
	seed  = flag.Uint64("seed", 0, "the only schedule to run")
)

// together is how long two owners may forward for one room.
const together = 500 * time.Millisecond

// TestNoTwoOwners runs random schedules of faults on three nodes with twelve
// rooms whose people come back all the time. Two owners never forward for one
// room for longer than 500 ms, no epoch is given twice, and when all faults
// are over every room is live on one node.
func TestNoTwoOwners(t *testing.T) {
	n := *seeds
	if raced {
		n = max(n/10, 1)
	}
	if *seed != 0 {
		t.Run(fmt.Sprint(*seed), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { evening(t, *seed) }) })
		return
	}
	for s := range uint64(n) {
		t.Run(fmt.Sprint(s+1), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { evening(t, s+1) }) })
	}
}

var (
	ids   = []string{"a", "b", "c"}
	names = []string{"ash", "bay", "box", "elm", "fig", "fir", "may", "nut", "oak", "pea", "sal", "yew"}
)

// evening is one schedule: ninety seconds of faults, never more than two
// at once, then most of a minute of peace.
func evening(t *testing.T, seed uint64) {
	w := newWorld(seed)
	for _, id := range ids {
		w.boot(id)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go w.snapshots(ctx)
	go w.guard(ctx)
	for _, name := range names {
		go w.people(ctx, name)
	}
	time.Sleep(3 * time.Second)
	for end := time.Now().Add(90 * time.Second); time.Now().Before(end); {
		if w.calm() {
			w.fault(ctx)
		}
		time.Sleep(time.Duration(w.number(2500)) * time.Millisecond)
	}
	time.Sleep(50 * time.Second)
	w.settled(t)
	cancel()
	for _, id := range ids {
		w.at(id).kill(false)
	}
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.wrong) > 0 {
		t.Errorf("seed %d: %v\n%s", seed, w.wrong, strings.Join(w.story, ""))
	}
	t.Logf("two owners together for at most %v; %+v", w.worst, w.sum)
}

func (w *world) number(below int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rand.IntN(below)
}

// any is a process of the world.
func (w *world) any() *node {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.nodes[ids[w.rand.IntN(len(ids))]]
}

// people come for a room, again and again, wherever they get to.
func (w *world) people(ctx context.Context, name string) {
	for w.pause(ctx, time.Duration(w.number(700))*time.Millisecond) {
		if n := w.any(); n.alive() {
			n.hello(ctx, name)
		}
	}
}

// snapshots keeps what a replica would have: up to a second behind.
func (w *world) snapshots(ctx context.Context) {
	for w.pause(ctx, 100*time.Millisecond) {
		w.mu.Lock()
		w.past = append(w.past, w.redis.clone())
		w.past = w.past[max(0, len(w.past)-10):]
		w.mu.Unlock()
	}
}

// guard looks all the time for rooms that two processes forward for.
func (w *world) guard(ctx context.Context) {
	for tick := time.NewTicker(10 * time.Millisecond); ; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			tick.Stop()
			return
		}
		for _, name := range names {
			w.compare(name, w.forwarders(name))
		}
	}
}

func (w *world) forwarders(name string) (list []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range ids {
		if w.nodes[id].forwards(name) {
			list = append(list, id)
		}
	}
	return list
}

func (w *world) compare(name string, list []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	since, both := w.both[name]
	switch now := time.Now(); {
	case len(list) < 2:
		delete(w.both, name)
	case !both:
		w.both[name] = now
	default:
		w.worst = max(w.worst, now.Sub(since))
		if now.Sub(since) == together+10*time.Millisecond {
			w.wrong = append(w.wrong, fmt.Sprintf("%s is forwarded by %v for %v at %s", name, list, now.Sub(since), now.Format("04:05.000")))
		}
	}
}

// settled checks that in peace every room is live once.
func (w *world) settled(t *testing.T) {
	for _, name := range names {
		var live []string
		for _, id := range ids {
			if _, yes := w.at(id).owns(name); yes {
				live = append(live, id)
			}
		}
		if len(live) != 1 || !slices.Equal(live, w.forwarders(name)) {
			t.Errorf("%s is live on %v and forwarded by %v", name, live, w.forwarders(name))
		}
	}
}

// fault begins one random fault, which ends by itself.
func (w *world) fault(ctx context.Context) {
	n, other := w.any(), w.any()
	d := time.Duration(100+w.number(9000)) * time.Millisecond
	if w.number(6) == 0 {
		d *= 3
	}
	id := n.place
	begin := func(what ...any) func(...func()) {
		w.note(append([]any{"FAULT", d}, what...)...)
		w.trouble(d)
		return func(ends ...func()) {
			go func() {
				w.pause(ctx, d)
				w.note(append([]any{"over:"}, what...)...)
				for _, end := range ends {
					end()
				}
			}()
		}
	}
	switch kind := w.number(17); kind {
	case 0, 1:
		begin("freeze", id)(n.freeze())
	case 2, 3:
		if n.alive() {
			end := begin("kill", id, "with its host:", kind == 3)
			n.kill(kind == 3)
			end(func() { w.boot(id) })
		}
	case 4:
		begin("cut from redis", id)(w.apart(id, "redis"))
	case 5:
		begin("cut from peers", id)(w.apart(id, ids...))
	case 6, 7:
		begin("isolate", id)(w.apart(id, append(slices.Clone(ids), "redis")...))
	case 8:
		begin("cut", id, other.place)(w.apart(id, other.place))
	case 9:
		begin("freeze redis")(w.freeze())
	case 10:
		w.note("FAULT empty redis")
		w.trouble(0)
		w.forget()
	case 11:
		w.note("FAULT replica takes over")
		w.trouble(0)
		w.failOver()
	case 12:
		begin("slow redis")(w.slower(time.Duration(w.number(400)) * time.Millisecond))
	case 13:
		begin("redis refuses")(w.refuse())
	case 14:
		begin("one way", id, other.place)(w.barred(id, other.place))
	case 15, 16:
		begin("nobody reaches", id)(w.barred(ids[0], id), w.barred(ids[1], id), w.barred(ids[2], id))
	}
}

// calm says whether a fault may begin: two at once are what is promised.
func (w *world) calm() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ends = slices.DeleteFunc(w.ends, func(end time.Time) bool { return !end.After(time.Now()) })
	return len(w.ends) < 2
}

// trouble notes a fault; what it has done is over some seconds after it.
func (w *world) trouble(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ends = append(w.ends, time.Now().Add(d+rebuildFor))
}

// apart cuts a node from others.
func (w *world) apart(id string, from ...string) (end func()) {
	turn := func(by int) {
		for _, other := range from {
			if other != id {
				w.cut(id, other, by)
				w.cut(other, id, by)
			}
		}
	}
	turn(1)
	return func() { turn(-1) }
}

// barred drops what one opens to another; the other still reaches it.
func (w *world) barred(from, to string) (end func()) {
	if from == to {
		return func() {}
	}
	w.cut(from, to, 1)
	return func() { w.cut(from, to, -1) }
}

// forget empties Redis.
func (w *world) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.redis, w.past = emptyRedis(), nil
}

// failOver puts Redis back to what a replica has.
func (w *world) failOver() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.past) > 0 {
		w.redis = w.past[w.rand.IntN(len(w.past))].clone()
	}
}

// slower makes every way to Redis longer.
func (w *world) slower(by time.Duration) (end func()) {
	set := func(d time.Duration) { w.mu.Lock(); defer w.mu.Unlock(); w.slow = d }
	set(by)
	return func() { set(0) }
}

// refuse makes Redis refuse to write.
func (w *world) refuse() (end func()) {
	set := func(on bool) { w.mu.Lock(); defer w.mu.Unlock(); w.error = on }
	set(true)
	return func() { set(false) }
}
