package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hearth/room"
	"hearth/signaling/client"
	"hearth/signaling/token"
)

// TestRestartKeepsTheCircle: another process takes the room over from Redis.
// Seats are kept, holds hold, and who was removed stays out (M-F5, S-24).
func TestRestartKeepsTheCircle(t *testing.T) {
	redis := startRedis(t)
	vars := map[string]string{"REDIS_URL": redis.url(), "KEY_FILE": filepath.Join(t.TempDir(), "k", "key")}
	first := openHouse(t, vars)
	ada, p := first.circle("Maple", "Finch", "River")
	maple, finch, river := p[0], p[1], p[2]
	ada.must("mute", "seat", maple.seat(), "hold", true)
	ada.must("remove", "seat", river.seat(), "scope", "session")
	river.ends("removed")
	order := []int{ada.seat(), maple.seat(), finch.seat()}
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}

	second := openHouse(t, vars)
	_, err := second.dial(client.Hello{Token: river.token})
	expectCode(t, err, "removed")
	for i, g := range []*guest{ada, maple, finch} {
		c, err := second.dial(g.Resume())
		if err != nil {
			t.Fatalf("resume of seat %d: %v", order[i], err)
		}
		g.Client = c
		g.until("the same seat", func(v room.View) bool { return seated(v) && v.You.Seat == order[i] })
		g.connect(uint32(20 + i))
		g.media.StartMic()
		if g != maple {
			g.must("set", "mic", true)
		}
	}
	maple.refused("held", "set", "mic", true)
	maple.hears(finch.seat())
	silent(t, beatOf(finch, ada.seat()), of(maple.seat(), true, false, ada, finch))
}

// TestRedisGoneIsNotHeard: the session goes on without Redis, and with a frozen
// one; what a facilitator does works (M-M7).
func TestRedisGoneIsNotHeard(t *testing.T) {
	redis := startRedis(t)
	h := openHouse(t, map[string]string{"REDIS_URL": redis.url()})
	ada, p := h.circle("Maple", "Finch")
	maple, finch := p[0], p[1]
	thaw := redis.freeze()
	ada.must("mute", "seat", maple.seat())
	silent(t, beatOf(finch, ada.seat()), of(maple.seat(), true, false, finch))
	fern := h.join(h.invite(token.RolePatient, nil), "Fern", 9)
	ada.admit(fern) // joining a live room needs no Redis
	fern.hears(ada.seat())
	ada.must("remove", "seat", finch.seat(), "scope", "session")
	finch.ends("removed")
	thaw()
	for deadline := time.Now().Add(patience); !strings.Contains(strings.Join(redis.cli("keys", "*removed*"), " "), "removed"); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the removal did not reach Redis after it came back")
		}
	}
	redis.kill() // now it is gone, and what it knew with it
	fern.hears(ada.seat())
	redis.start()
	for deadline := time.Now().Add(patience); len(redis.cli("keys", "*seats*")) == 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the owner did not register its seats again")
		}
	}
	_, err := h.dial(client.Hello{Token: finch.token})
	expectCode(t, err, "removed")
}

// TestEverythingExpires: every key has a life, and the end of a session leaves
// nothing but the removal and, for a quarter of an hour, that there was an end
// (M-P4). Nothing in Redis names anybody.
func TestEverythingExpires(t *testing.T) {
	redis := startRedis(t)
	h := openHouse(t, map[string]string{"REDIS_URL": redis.url()})
	ada, p := h.circle("Maplewood", "Finchley")
	ada.must("mute", "seat", p[0].seat(), "hold", true)
	ada.must("lock", "locked", true)
	keys := redis.cli("keys", "*")
	if len(keys) < 4 {
		t.Fatalf("only %d keys", len(keys))
	}
	for _, key := range keys {
		if ttl := redis.cli("ttl", key); ttl[0] == "-1" {
			t.Errorf("%s lives for ever", key)
		}
		dump := strings.Join(redis.cli("dump", key), " ")
		for _, word := range []string{"Maplewood", "Finchley", "Ada", "127.0.0.1"} {
			if strings.Contains(dump, word) {
				t.Errorf("%s holds a name or an address", key)
			}
		}
	}
	ada.must("remove", "seat", p[1].seat(), "scope", "session")
	ada.must("end")
	p[0].ends("ended")
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		left := []string{}
		for _, key := range redis.cli("keys", "*evening*") {
			if strings.Contains(key, "rules") && strings.Join(redis.cli("hkeys", key), " ") == "ended" {
				continue
			}
			if !strings.Contains(key, "removed") && !strings.Contains(key, "fence") {
				left = append(left, key)
			}
		}
		if len(left) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("left after the end: %v", left)
		}
	}
	for _, key := range redis.cli("keys", "*evening*") {
		if redis.cli("ttl", key)[0] == "-1" {
			t.Errorf("%s lives for ever", key)
		}
	}
}

// TestTheEndSurvivesARestart: a ticket of an ended session opens nothing on
// another process either (M-F12).
func TestTheEndSurvivesARestart(t *testing.T) {
	redis := startRedis(t)
	vars := map[string]string{"REDIS_URL": redis.url(), "KEY_FILE": filepath.Join(t.TempDir(), "k", "key")}
	first := openHouse(t, vars)
	ada := first.arrive(first.invite(token.RoleFacilitator, nil), "Ada")
	ada.until("a seat", seated)
	maple := first.arrive(first.invite(token.RolePatient, nil), "Maple")
	ada.admit(maple)
	maple.Close()
	ada.must("end")
	ada.ends("ended")
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	second := openHouse(t, vars)
	for _, g := range []*guest{maple, ada} {
		_, err := second.dial(g.Resume())
		expectCode(t, err, "ended")
	}
	second.arrive(maple.token, "Maple")
}
