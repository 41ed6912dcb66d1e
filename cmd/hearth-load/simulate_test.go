package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"hearth/room"
)

// ownRedis starts a Redis for a test.
func ownRedis(t *testing.T, appendOnly bool) *redisServer {
	t.Helper()
	s, err := startRedis(t.Context(), appendOnly)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	return s
}

// simulateTest runs a simulation with patience for a busy machine, and reads
// its report.
func simulateTest(t *testing.T, into any, args ...string) (code int, progress string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(bounded(t), append([]string{"-json", "-timeout", "20s"}, args...), &stdout, &stderr)
	d := json.NewDecoder(&stdout)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatalf("code %d, report %v, stderr %s", code, err, stderr.String())
	}
	return code, stderr.String()
}

// Fifty rooms live for three seconds on a real Redis, with everything that can
// happen to them.
func TestSimulateRedis(t *testing.T) {
	var r presenceReport
	_, progress := simulateTest(t, &r, "-simulate", "-rooms", "50", "-nodes", "3", "-events", "300", "-duration", "3s", "-append")
	if r.Unfilled > 0 || len(r.Failed) > 0 || r.Interrupted || r.Evicted > 0 {
		t.Errorf("%+v", r)
	}
	if n := r.Filling.Calls; n < 50*(1+14+2) {
		t.Errorf("%d calls for the filling", n)
	}
	for _, kind := range []string{"claim", "seat", "renew", "touch", "remove", "lift", "release", "announce"} {
		if s := r.Calls[kind]; s.Count == 0 || s.P50 <= 0 || s.P50 > s.P99 {
			t.Errorf("%s: %+v", kind, s)
		}
	}
	if r.Renewals.Count < 50 || r.Renewals.P50 <= 0 || r.Happened < 100 {
		t.Errorf("renewals %+v, %d events", r.Renewals, r.Happened)
	}
	m := r.Measured
	if m.CPU <= 0 || m.MainCores <= 0 || m.Micros <= 0 || m.Calls < 200 || m.InMbit <= 0 || m.Appended <= 0 || r.BytesPerRoom < 1000 || r.RSS <= 0 {
		t.Errorf("%+v, %.0f bytes a room", m, r.BytesPerRoom)
	}
	if !strings.Contains(progress, "commands/s inside Redis") || strings.Contains(progress, "redis://") {
		t.Errorf("progress: %s", progress)
	}
}

// A Redis that is somebody's holds nothing of a simulation after it, but for
// the list of nodes, which goes by itself after a minute.
func TestSimulateLeavesNothing(t *testing.T) {
	s := ownRedis(t, false)
	var r presenceReport
	if code, _ := simulateTest(t, &r, "-simulate", "-redis", s.url, "-rooms", "5", "-nodes", "2", "-duration", "3s", "-quiet"); r.Measured.Calls == 0 {
		t.Errorf("code %d, %+v", code, r)
	}
	until(t, "no room is left", func() bool { return keysIn(t, s) <= 1 })
	var n nodeReport
	if code, _ := simulateTest(t, &n, "-simulate=node", "-redis", s.url, "-rooms", "2", "-participants", "4", "-duration", "2s", "-quiet"); code != 0 {
		t.Errorf("code %d, %+v", code, n)
	}
	until(t, "no room is left", func() bool { return keysIn(t, s) <= 1 })
}

// keysIn is how many keys a Redis holds.
func keysIn(t *testing.T, s *redisServer) int {
	t.Helper()
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := dialRedis(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	text, err := askInfo(conn, u.User)
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ = strings.Cut(text, "db0:keys=")
	text, _, _ = strings.Cut(text, ",")
	n, _ := strconv.Atoi(text)
	return n
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// Ten rooms of a node do all that people ask for.
func TestSimulateNode(t *testing.T) {
	var r nodeReport
	code, progress := simulateTest(t, &r, "-simulate=node", "-rooms", "10", "-participants", "6", "-duration", "3s", "-commands", "300")
	if code != 0 || r.Unfilled > 0 || len(r.Failed) > 0 || r.Wrong > 0 {
		t.Errorf("code %d: %+v", code, r)
	}
	if r.Commands < 100 || r.Took.Count != r.Commands || r.CPU <= 0 || r.Shown < 1 || r.Told == 0 || r.PerParticipant <= 0 {
		t.Errorf("%+v", r)
	}
	if g := r.Goroutines; g[1] < g[0]+20 || g[4] > g[0]+5 {
		t.Errorf("goroutines: %v", g)
	}
	if r.Note != withoutMedia || !strings.Contains(progress, "commands asked") {
		t.Errorf("%q, progress: %s", r.Note, progress)
	}
}

// A record that is not the one written is found, and so is a person who is let
// in in spite of a removal.
func TestCallsFindFaults(t *testing.T) {
	var c calls
	_ = c.call(t.Context(), callSeat, room.ErrRemoved, func(context.Context) error { return nil })
	_ = c.call(t.Context(), callSeat, room.ErrRemoved, func(context.Context) error { return room.ErrRemoved })
	_ = c.call(t.Context(), callClaim, nil, func(context.Context) error { return errChanged })
	_ = c.call(t.Context(), callRenew, nil, func(context.Context) error { return room.ErrStale })
	if failed := c.failed.all(); len(failed) != 3 || failed["seat: allowed"] != 1 || failed["claim: changed"] != 1 || failed["renew: stale"] != 1 {
		t.Errorf("%v", failed)
	}
	a := room.Record{Seats: []room.SeatRecord{{Number: 0}, {Number: 1}}}
	b := room.Record{Seats: []room.SeatRecord{{Number: 1, Away: true}, {Number: 0}}}
	if sameRecord(b, a) {
		t.Error("one who is away is one who is here")
	}
	if b.Seats[0].Away, b.Seats[1].Away = false, false; !sameRecord(b, a) {
		t.Error("the order of seats is not theirs")
	}
}

func TestSimulationReports(t *testing.T) {
	o := options{simulate: simulateRedis, participants: 14, nodes: 2}
	o.rooms = 100
	r := newPresenceRun(o, "", nil)
	m := &r.parts[partMeasured]
	for range 1000 {
		m.kinds[callRenew].add(2 * time.Millisecond)
		m.late.add(3 * time.Millisecond)
	}
	from := moment{at: time.Unix(0, 0), redis: redisFigures{Memory: 1e6}}
	to := moment{at: time.Unix(10, 0), redis: redisFigures{Version: "7", CPU: 5, Main: 2, Memory: 1.4e6, RSS: 9e6, In: 125e6}, appended: 20e6}
	rep := newPresenceReport(r, from, from, to, false)
	if rep.BytesPerRoom != 4000 || rep.Measured.Cores != 0.5 || rep.Measured.MainCores != 0.2 || rep.Measured.InMbit != 100 || rep.Measured.Appended != 2e6 {
		t.Errorf("%+v", rep)
	}
	var b bytes.Buffer
	if err := rep.write(&b, false); err != nil || !rep.complete() {
		t.Errorf("%v, %+v", err, rep)
	}
	for _, part := range []string{"100 rooms of 14 on 2 nodes, Redis 7", "renewals, from when they were due", "4000 bytes a room", "would carry 1000 such rooms", "2.00"} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("no %q in\n%s", part, b.String())
		}
	}
	for name, spoil := range map[string]func(*presenceReport){
		"leases":   func(r *presenceReport) { r.Lapsed = 1 },
		"filled":   func(r *presenceReport) { r.Unfilled = 1 },
		"threw":    func(r *presenceReport) { r.Evicted = 1 },
		"x renew:": func(r *presenceReport) { r.Failed = map[string]int{"renew: stale": 1} },
	} {
		bad := *rep
		spoil(&bad)
		b.Reset()
		if _ = bad.write(&b, false); bad.complete() || !strings.Contains(b.String(), name) {
			t.Errorf("%s: complete, or not said:\n%s", name, b.String())
		}
	}
}

func TestNodeReport(t *testing.T) {
	o := options{simulate: simulateNode, participants: 10}
	o.rooms = 2
	r := newNodeRun(o, "", nil)
	var m [5]state
	for i := range m {
		m[i].at = time.Unix(int64(10*i), 0)
	}
	m[0].heap, m[1].heap = 1e6, 3e6
	m[1].cpu, m[2].cpu, m[3].cpu = 1, 2, 5
	m[3].commands, m[3].shown = 1000, 14_000
	rep := newNodeReport(r, m, 0, false)
	if rep.PerRoom != 1e6 || rep.PerParticipant != 1e5 || rep.RestCores != 0.1 || rep.Micros != 2000 || rep.Shown != 14 || !rep.complete() {
		t.Errorf("%+v", rep)
	}
	var b bytes.Buffer
	if err := rep.write(&b, false); err != nil || !strings.Contains(b.String(), "no media") || !strings.Contains(b.String(), "2000 us a command") {
		t.Errorf("%v\n%s", err, b.String())
	}
	rep.Wrong = 1
	b.Reset()
	if _ = rep.write(&b, false); rep.complete() || !strings.Contains(b.String(), "people shown wrongly: 1") {
		t.Errorf("complete:\n%s", b.String())
	}
}
