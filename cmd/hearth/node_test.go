package main

import (
	"context"
	"strings"
	"testing"
	"time"
)

// TestReadinessTellsWhatRedisTakes: also on a server on which nothing happens. A
// Redis that answers and takes no writes is as good as away; a full one takes ours.
func TestReadinessTellsWhatRedisTakes(t *testing.T) {
	redis := startRedis(t)
	h := openHouse(t, map[string]string{"REDIS_URL": redis.url()})
	says := func(word string) {
		t.Helper()
		for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
			status, text := get(t, h.n.ops, "/readyz", "")
			if status == 200 && strings.HasPrefix(text, word) {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("%d %q, not %s", status, text, word)
			}
		}
	}
	says("ok")
	redis.cli("replicaof", "127.0.0.1", "1") // a master that is not there
	says("degraded")
	redis.cli("replicaof", "no", "one")
	says("ok")
	thaw := redis.freeze()
	says("degraded")
	thaw()
	says("ok")
	redis.cli("config", "set", "maxmemory", "1")
	time.Sleep(redisBeat) // for another look
	says("ok")
	if keys := redis.cli("keys", "*"); len(keys) != 0 {
		t.Errorf("looking left %v", keys)
	}
}

// TestDrainingIsTheLastWord: also where it comes while readiness is looked at.
func TestDrainingIsTheLastWord(t *testing.T) {
	n := &node{}
	n.note(t.Context(), func(context.Context) Readiness { return Ready })
	if n.readiness() != Ready {
		t.Fatalf("%v, not what was found", n.readiness())
	}
	n.note(t.Context(), func(context.Context) Readiness { n.ready.Store(int32(Draining)); return Degraded })
	n.note(t.Context(), func(context.Context) Readiness { return Ready })
	if n.readiness() != Draining {
		t.Errorf("%v while it drains", n.readiness())
	}
}

// TestNobodyIsSentToAClosedDoor: a node whose public listener is gone says so
// while it ends.
func TestNobodyIsSentToAClosedDoor(t *testing.T) {
	h := openHouse(t, nil)
	await(t, "readiness", func() bool { return h.n.readiness() == Ready })
	_ = h.n.listener.Close()
	await(t, "draining", func() bool { return h.n.readiness() == Draining })
	if err := h.stop(); err == nil || !strings.Contains(err.Error(), "public listener") {
		t.Errorf("ended with %v", err)
	}
	h.stop = func() error { return nil } // the error was to be
}
