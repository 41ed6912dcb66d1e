package presence

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"hearth/room"
)

func TestSeatText(t *testing.T) {
	for text, ok := range map[string]bool{
		"patient:0:0:": true, "patient:19:18446744073709551615:ao": true, "support:3:1:o": true, "facilitator:1:2:a": true,
		"": false, "patient:0:0": false, "patient:0:0::": false, ":0:0:": false, "host:0:0:": false, "patient:00:0:": false,
		"patient:+1:0:": false, "patient:-1:0:": false, "patient:64:0:": false, "patient:1:-1:": false,
		"patient:1:18446744073709551616:": false, "patient:1:1:oa": false, "patient:1:1:aa": false, "patient:1:1:x": false,
		"patient: 1:1:": false,
	} {
		seat, err := decodeSeat(string(subject(1)), text)
		if ok != (err == nil) || ok && encodeSeat(seat) != text {
			t.Errorf("%q: %+v %v", text, seat, err)
		}
	}
}

func TestEncodeRecordBounds(t *testing.T) {
	many := room.Record{Removed: map[room.Subject]time.Time{}}
	for n := range maxPeople + 1 {
		many.Removed[subject(n)] = time.Now()
	}
	for name, r := range map[string]room.Record{
		"too many":      many,
		"subject twice": {Seats: []room.SeatRecord{patient(1, 1), patient(1, 2)}},
		"no role":       {Seats: []room.SeatRecord{{Subject: subject(1)}}},
		"zero time":     {Removed: map[room.Subject]time.Time{subject(1): {}}},
		"far":           {Removed: map[room.Subject]time.Time{subject(1): time.UnixMilli(maxInstant + 1)}},
		"before":        {Removed: map[room.Subject]time.Time{subject(1): time.UnixMilli(-1)}},
	} {
		if _, err := encodeRecord(r, time.Second, time.Second); err != ErrBad {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLargestRecord: the scripts take the largest record that may be sent.
func TestLargestRecord(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		r := room.Record{Holds: map[room.Subject]room.Hold{}, Removed: map[room.Subject]time.Time{}, Session: map[room.Subject]bool{}}
		hour := time.UnixMilli(time.Now().Add(time.Hour).UnixMilli())
		for n := range maxPeople {
			r.Holds[subject(n)], r.Removed[subject(n)], r.Session[subject(n)] = room.Hold{Mic: true}, hour, true
		}
		for n := range maxSeats {
			r.Seats = append(r.Seats, patient(n, n))
		}
		l, _ := b.claim(t, b.node(t, "node-a"), "r")
		must(t, l.Renew(ctx, r))
		must(t, l.Release(ctx))
		_, got := b.claim(t, b.node(t, "node-a"), "r")
		equal(t, got, r)
	})
}

// reply lists a snapshot as take.lua answers it, from lines of text.
func reply(epoch, now, patients, facilitators, support, info, rules, out string) []any {
	list := func(text string) any {
		var l []any
		for line := range strings.SplitSeq(text, "\n") {
			if line != "" {
				l = append(l, line)
			}
		}
		return l
	}
	return []any{epoch, now, list(patients), list(facilitators), list(support), list(info), list(rules), list(out)}
}

func FuzzRecord(f *testing.F) {
	one, two := string(subject(1)), string(subject(2))
	f.Add("1764000000001", "1764000000000", one+"\n1764000030000", two+"\n1.76400003e+12", "",
		one+"\npatient:3:1:a\n"+two+"\nfacilitator:0:2:", "hold:"+one+"\nmv\nsession:"+one+"\n1\nended\n1764000000007\nlocked\n1\npaused\n1\nphase\nround", one+"\n1764000030000")
	f.Add("-1", "x", "NaN", "\x00", one+"\ninf", one, "hold:\nm", two+"\n1e9")
	f.Add("1", "1", one+"\nNaN", "", "", one+"\npatient:3:1:", "locked\n0", "")
	f.Add("1", "1", one+"\n2", one+"\n2", "", one+"\npatient:3:1:", "", "")
	f.Fuzz(func(t *testing.T, epoch, now, patients, facilitators, support, info, rules, out string) {
		snap, err := readSnapshot(reply(epoch, now, patients, facilitators, support, info, rules, out))
		if err != nil {
			return
		}
		r, err := snap.record()
		if err != nil {
			return
		}
		// What was read can be written, and reads the same again.
		if len(r.Seats) > maxSeats || len(r.Holds) > maxPeople || len(r.Removed) > maxPeople || len(r.Session) > maxPeople || len(r.Last) > maxPeople {
			return
		}
		args, err := encodeRecord(r, time.Second, time.Second)
		if err != nil {
			t.Fatalf("%+v: %v", r, err)
		}
		again, err := snapshotOf(args, snap.now).record()
		if err != nil || !slices.Equal(again.Seats, r.Seats) || !maps.Equal(again.Holds, r.Holds) ||
			!maps.EqualFunc(again.Removed, r.Removed, time.Time.Equal) || again.Locked != r.Locked || again.Paused != r.Paused ||
			!maps.Equal(again.Session, r.Session) || !maps.Equal(again.Last, r.Last) || again.Ended != r.Ended || again.Round != r.Round || !reflect.DeepEqual(again.Flow, r.Flow) {
			t.Fatalf("%+v became %+v, %v", r, again, err)
		}
	})
}

// snapshotOf does in Go what renew.lua does with its arguments.
func snapshotOf(args []any, now int64) snapshot {
	s := snapshot{now: now}
	next := func() any { v := args[0]; args = args[1:]; return v }
	text := func() string { return next().(string) }
	for range next().(int) {
		subject, class, info := text(), text(), text()
		i := slices.Index(classes[1:], class)
		s.seats[i] = append(s.seats[i], subject, "7e13")
		s.info = append(s.info, subject, info)
		next()
	}
	for range next().(int) {
		s.rules = append(s.rules, text(), text())
	}
	for range next().(int) {
		s.out = append(s.out, text(), decimal(next().(int64)))
	}
	return s
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
