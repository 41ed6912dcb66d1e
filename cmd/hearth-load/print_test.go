package main

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

// someReport is a run with something in every part.
func someReport() report {
	l := newLoad(options{joinRate: 1, ops: "http://127.0.0.1:1"}, [][]invited{make([]invited, 14)}, nil)
	for _, h := range []*histogram{&l.tally.first, &l.tally.everyone, &l.tally.sound, &l.tally.images, &l.tally.gaps, &l.tally.muting} {
		h.add(1500 * time.Microsecond)
	}
	l.tally.storms.Add(2)
	m := measurement{began: 4 * time.Second, took: 20 * time.Second, in: 14,
		idle: figures{RSS: 30e6, Goroutines: 17}, start: figures{CPU: 1, Forwarded: 1000, RSS: 57e6, Goroutines: 259, Datagrams: 1000, SendCalls: 500},
		end: figures{CPU: 6, Forwarded: 251000, RSS: 58e6, Goroutines: 260, Datagrams: 261000, SendCalls: 20500, Unsent: 3, Paused: 2}, gone: figures{Goroutines: 19}}
	return newReport(l, &m)
}

func TestReport(t *testing.T) {
	r := someReport()
	s := r.Server
	if s == nil || s.CPU != 5 || s.Cores != 0.25 || s.PerCPUSecond != 50000 || s.Micros != 20 || s.PerPerson != 2e6 || s.Goroutines != [4]int{17, 259, 260, 19} || s.PerCall != 13 {
		t.Fatalf("%+v", s)
	}
	if r.FirstPicture.P50 < 1.45 || r.FirstPicture.P50 > 1.55 || r.FirstPicture.Max != 1.5 {
		t.Errorf("%+v", r.FirstPicture)
	}
	if !r.complete() {
		t.Error("not complete")
	}
}

func TestReportIncomplete(t *testing.T) {
	for name, spoil := range map[string]func(*report){
		"interrupted":  func(r *report) { r.Interrupted = true },
		"not measured": func(r *report) { r.Measured = 0 },
		"failed":       func(r *report) { r.Failed = map[string]int{"full": 1} },
		"ended":        func(r *report) { r.Ended = map[string]int{"close_4101": 1} },
		"silent":       func(r *report) { r.SilentVoices = 1 },
		"stray":        func(r *report) { r.Strays = 1 },
		"leak":         func(r *report) { r.Leaks = 1 },
	} {
		r := someReport()
		if spoil(&r); r.complete() {
			t.Errorf("%s: complete", name)
		}
	}
}

func TestPrint(t *testing.T) {
	r := someReport()
	var b bytes.Buffer
	if err := r.write(&b, false); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"14 of 14 people in 1 room(s)", "admission to everybody's", "1.50  1", "50000 forwarded per CPU second, 20.0 us each", "2.00 MB a participant", "58.0 MB resident at the end, 57.0 as it began, 30.0 before", "goroutines 17 before, 259 as it began, 260 at its end, 19 after", "260000 datagrams in 20000 system calls: 13.0 each; 3 lost", "2 paused", "mute storms: 2"} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("no %q in\n%s", part, b.String())
		}
	}
	if strings.Contains(b.String(), "late") {
		t.Errorf("late:\n%s", b.String())
	}
	tardy := r
	tardy.SenderPauses = spread{Count: 14, P50: 350}
	b.Reset()
	if err := tardy.write(&b, false); err != nil || !strings.Contains(b.String(), "the generator itself was late, by 350 ms") {
		t.Errorf("%v: not late:\n%s", err, b.String())
	}
	b.Reset()
	if err := r.write(&b, true); err != nil {
		t.Fatal(err)
	}
	var again report
	d := json.NewDecoder(&b)
	d.DisallowUnknownFields()
	if err := d.Decode(&again); err != nil || !reflect.DeepEqual(again, r) {
		t.Errorf("%v: read again, the JSON is\n%+v, not\n%+v", err, again, r)
	}
}
