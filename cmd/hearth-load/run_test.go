package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"hearth/signaling/client"
	"hearth/signaling/token"
)

// loadTest runs the program and reads its report.
func loadTest(t *testing.T, ctx context.Context, s *server, args ...string) (r report, code int, progress string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	all := append([]string{"-url", s.url, "-key-file", s.keyFile, "-json"}, args...)
	code = run(ctx, all, &stdout, &stderr)
	if err := json.Unmarshal(stdout.Bytes(), &r); err != nil {
		t.Fatalf("code %d, report %v, stderr %s", code, err, stderr.String())
	}
	return r, code, stderr.String()
}

// TestRun lets three people talk for two seconds on a real server, with one who
// leaves and comes back, and mute storms.
func TestRun(t *testing.T) {
	s := startServer(t)
	r, code, progress := loadTest(t, bounded(t), s, "-participants", "3", "-duration", "2s", "-ops", s.ops,
		"-churn", "60", "-mute-storm", "90", "-join-wait", "20s")
	if code != 0 {
		t.Errorf("code %d: %+v", code, r)
	}
	if r.In != 3 || r.Joins != 3+r.Returns || r.Returns == 0 || r.Interrupted || r.Measured < 2 {
		t.Errorf("people: %+v", r)
	}
	// Two patients are admitted; everybody who was there is seen.
	if r.FirstPicture.Count < 2 || r.AllPictures.Count < 2 || r.AllPictures.P50 < r.FirstPicture.P50 || r.FirstPicture.P50 <= 0 {
		t.Errorf("pictures: %+v %+v", r.FirstPicture, r.AllPictures)
	}
	// Six ways for sound, 50 packets a second each: a third of it is enough here.
	// Pictures begin with 6 frames a second, until the server knows the way.
	if r.LatencySound.Count < 200 || r.LatencyVideo.Count < 25 || r.LatencySound.P50 <= 0 || r.LatencySound.P50 > r.LatencySound.P99 {
		t.Errorf("latency: %+v %+v", r.LatencySound, r.LatencyVideo)
	}
	if r.Packets != r.LatencySound.Count+r.LatencyVideo.Count+r.Caught || r.Unreadable > 0 {
		t.Errorf("%d packets, %d unreadable", r.Packets, r.Unreadable)
	}
	if r.Sound.Received == 0 || r.Video.Received == 0 || r.Gaps.Count < 3 || r.Gaps.P50 <= 0 {
		t.Errorf("streams: %+v %+v %+v", r.Sound, r.Video, r.Gaps)
	}
	if r.Storms == 0 || r.MuteToSilence.Count == 0 || r.Leaks != 0 {
		t.Errorf("storms: %d, %+v, %d leaks", r.Storms, r.MuteToSilence, r.Leaks)
	}
	c := r.Server
	if c == nil || c.CPU <= 0 || c.RSS <= 0 || c.RSSStart <= 0 || c.Forwarded == 0 || c.In == 0 || c.PerCPUSecond <= 0 || c.Goroutines[2] <= c.Goroutines[0] || c.SendCalls == 0 || c.Datagrams < c.SendCalls || c.Replays == 0 || c.PeersLeftOver != 0 {
		t.Errorf("server: %+v", c)
	}
	if !strings.Contains(progress, "3 of 3 in") || strings.Contains(progress, s.url) {
		t.Errorf("progress: %s", progress)
	}
}

// TestRunLinks comes in by links, over a line that loses packets.
func TestRunLinks(t *testing.T) {
	s := startServer(t)
	file := linksFile(t, s, "facilitator", "patient", "patient")
	var stdout, stderr bytes.Buffer
	code := run(bounded(t), []string{"-links", file, "-duration", "2s", "-loss", "10", "-quiet", "-join-at-once", "2"}, &stdout, &stderr)
	text := stdout.String()
	if code != 0 || stderr.Len() > 0 || !strings.Contains(text, "3 of 3 people in 1 room(s)") || !strings.Contains(text, "lost on purpose") {
		t.Errorf("code %d\n%s%s", code, text, stderr.String())
	}
	if strings.Contains(text, "server  ") {
		t.Errorf("the server's cost without -ops:\n%s", text)
	}
}

func TestRunRepairs(t *testing.T) {
	s := startServer(t)
	r, _, _ := loadTest(t, bounded(t), s, "-participants", "3", "-duration", "2s", "-loss", "10")
	if r.Injected == 0 || r.Video.Repaired == 0 || r.Sound.Lost == 0 || r.Sound.Repaired != 0 {
		t.Errorf("injected %d, pictures %+v, sound %+v", r.Injected, r.Video, r.Sound)
	}
}

func TestRunInterrupted(t *testing.T) {
	s := startServer(t)
	ctx, cancel := context.WithTimeout(bounded(t), 3*time.Second)
	defer cancel()
	r, code, _ := loadTest(t, ctx, s, "-participants", "2", "-duration", "1h")
	if code != 1 || !r.Interrupted || r.Measured > 60 {
		t.Errorf("code %d: %+v", code, r)
	}
}

// TestRunRefused: every refusal is told with its code and what to do.
func TestRunRefused(t *testing.T) {
	s := startServer(t, "HEARTH_PATIENTS=1", "HEARTH_JOINS=10")
	t.Run("full", func(t *testing.T) {
		r, code, _ := loadTest(t, bounded(t), s, "-participants", "3", "-duration", "1s")
		if code != 1 || r.Failed["full"] != 1 || r.Refused["full"] != 1 || r.In != 2 {
			t.Errorf("code %d, failed %v, refused %v, %d in", code, r.Failed, r.Refused, r.In)
		}
	})
	t.Run("another key", func(t *testing.T) {
		other := *s
		other.keyFile, _ = keyFile(t)
		r, code, _ := loadTest(t, bounded(t), &other, "-participants", "2", "-duration", "1s")
		if code != 1 || r.Failed["link_invalid"] != 1 || r.Failed[noHost] != 1 || r.In != 0 || r.Measured != 0 {
			t.Errorf("code %d, failed %v, %d in", code, r.Failed, r.In)
		}
	})
	t.Run("too many joins", func(t *testing.T) {
		exhaust(t, s)
		r, code, _ := loadTest(t, bounded(t), s, "-participants", "2", "-duration", "1s", "-join-wait", "1s")
		if code != 1 || r.Refused["retry"] == 0 || r.Failed["retry"] == 0 {
			t.Errorf("code %d, failed %v, refused %v", code, r.Failed, r.Refused)
		}
	})
	t.Run("gone", func(t *testing.T) {
		s.stop()
		r, code, _ := loadTest(t, bounded(t), s, "-participants", "2", "-duration", "1s")
		if code != 1 || r.Failed[unreachable] != 1 {
			t.Errorf("code %d, failed %v", code, r.Failed)
		}
	})
}

// exhaust uses up what a server with HEARTH_JOINS=10 lets an address join.
func exhaust(t *testing.T, s *server) {
	t.Helper()
	for range 12 {
		rooms, err := minted(&options{keyFile: s.keyFile, issuer: "hearth", audience: "hearth", rooms: 1, participants: 1})
		if err != nil {
			t.Fatal(err)
		}
		raw, err := rooms[0][0].token()
		if err != nil {
			t.Fatal(err)
		}
		c, err := client.Dial(bounded(t), s.url, client.Hello{Token: raw})
		if err != nil {
			if codeOf(err) != "retry" {
				t.Fatal(err)
			}
			return
		}
		c.Close()
	}
	t.Fatal("the server has no limit")
}

// linksFile is a file with links for one room.
func linksFile(t *testing.T, s *server, roles ...string) string {
	t.Helper()
	key, err := token.Load(s.keyFile)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := token.NewSigner(token.SignerConfig{Key: key.Signing, Issuer: "hearth", Audience: "hearth"})
	if err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for _, role := range roles {
		raw, err := mintedFor(signer, "evening", role).token()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&lines, "%s/#%s\n", s.url, raw)
	}
	return writeFile(t, lines.String())
}

// TestRunPaused: where viewers report that they can take little, the server
// leaves pictures and frames out, and nobody counts that as loss. What a quick
// handshake seemed to prove counts for twelve seconds, and what arrives without
// harm is given up slowly.
func TestRunPaused(t *testing.T) {
	s := startServer(t)
	r, code, _ := loadTest(t, bounded(t), s, "-participants", "5", "-duration", "24s", "-ops", s.ops, "-downlink", "150")
	if code != 0 || r.Server == nil {
		t.Errorf("code %d: %+v", code, r.Server)
	}
	if r.Sound.Lost != 0 || r.Video.Lost != 0 || r.Video.Received == 0 {
		t.Errorf("sound %+v, pictures %+v", r.Sound, r.Video)
	}
	// Four pictures of 24 frames a second each, if all were sent.
	if all := uint64(5 * 4 * 24 * r.Measured); r.Video.Received > all*9/10 {
		t.Errorf("%d packets of pictures, %d if none were left out", r.Video.Received, all)
	}
}

// TestRunLarge: who draws a seat large is sent its high layer, three packets a
// picture instead of one.
func TestRunLarge(t *testing.T) {
	s := startServer(t)
	r, code, _ := loadTest(t, bounded(t), s, "-participants", "3", "-duration", "8s", "-large", "2")
	if low := uint64(3 * 2 * 24 * r.Measured); code != 0 || r.Video.Received < low*5/4 {
		t.Errorf("code %d: %d packets of pictures, %d if all were of the low layer", code, r.Video.Received, low)
	}
}
