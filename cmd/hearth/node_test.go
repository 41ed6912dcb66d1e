package main

import (
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
