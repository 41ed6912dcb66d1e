package room

import (
	"fmt"
	"testing"
	"time"
)

// fullRoom is a circle of 17: 15 patients and two facilitators, one person
// waiting.
func fullRoom(b *testing.B) (s *state, host, waiting ID, patients []ID) {
	b.Helper()
	set := DefaultSettings()
	set.Caps = Caps{Patients: 15, Facilitators: 2, Support: 0}
	s = newState(set, Record{}, start, counter())
	run := func(cmd Command) (id ID) {
		effects, err := s.apply(cmd, start)
		if err != nil {
			b.Fatal(err)
		}
		for _, e := range effects {
			switch e := e.(type) {
			case entered:
				id = e.id
			case claim:
				if _, err := s.apply(seated{By: e.id, Serial: e.serial}, start); err != nil {
					b.Fatal(err)
				}
			}
		}
		return id
	}
	for i := range 18 {
		name, role := fmt.Sprintf("Tree %c", 'A'+rune(i)), Patient
		if i < 2 {
			role = Facilitator
		}
		id := run(enter{Person: person(name, role)})
		run(Knock{By: id, Name: name})
		switch {
		case i == 0:
			host = id
		case i == 16:
			waiting = id
		case role == Patient:
			run(Admit{host, id})
			patients = append(patients, id)
		}
		if i == 16 {
			return s, host, waiting, patients
		}
	}
	return s, host, waiting, patients
}

func BenchmarkApplySet(b *testing.B) {
	s, _, _, ids := fullRoom(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := s.apply(Set{ids[i%len(ids)], mic(i%2 == 0)}, start); err != nil {
			b.Fatal(err)
		}
	}
}

// Admission of somebody who waits, with the claim's answer, and their leaving.
func BenchmarkApplyAdmit(b *testing.B) {
	s, host, waiting, _ := fullRoom(b)
	b.ReportAllocs()
	for b.Loop() {
		effects, err := s.apply(Admit{host, waiting}, start)
		if err != nil || len(effects) != 1 {
			b.Fatal(err, effects)
		}
		c := effects[0].(claim)
		if _, err := s.apply(seated{By: c.id, Serial: c.serial}, start); err != nil {
			b.Fatal(err)
		}
		p := s.find(waiting) // back to the waiting room, without a new knock
		s.unreserve(p)
		p.stage = Waiting
	}
}

// Everything that is derived after a change: grants, record, shared lists and
// 17 views.
func BenchmarkDerive(b *testing.B) {
	s, _, _, ids := fullRoom(b)
	sc, rec := s.scene(&scene{}), s.record()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p := s.find(ids[i%len(ids)])
		p.mic = !p.mic
		sc = s.scene(sc)
		for _, p := range s.people {
			_ = s.grant(p)
			if v := s.view(p, sc); v.You.ID == 0 {
				b.Fatal("nobody")
			}
		}
		if now := s.record(); !sameRecord(now, rec) {
			b.Fatal("a microphone is in the record")
		}
	}
}

func BenchmarkParseName(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if name, err := ParseName("  Zoë O'Hara "); err != nil || fold(name).shape == "" {
			b.Fatal(err)
		}
	}
}

func BenchmarkNext(b *testing.B) {
	s, _, _, ids := fullRoom(b)
	for _, id := range ids {
		_, _ = s.apply(lost{id}, start)
	}
	for b.Loop() {
		if !s.next().Equal(start.Add(2 * time.Second)) {
			b.Fatal(s.next())
		}
	}
}
