package room

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
)

// checkNobodyHidden is M-C3 and M-C2: who receives the circle's media is exactly
// who is announced to be in it, and everybody in it sees the same seats in the
// same order.
func checkNobodyHidden(t failer, s *state, sc *scene) {
	t.Helper()
	var receive, announced []int
	for _, p := range s.people {
		if g := s.grant(p); g.Receive && g.Room == 0 {
			receive = append(receive, g.Seat)
		}
	}
	for _, seat := range sc.seats {
		if seat.State != seatSteppedOut && !seat.Away && s.flows() {
			announced = append(announced, seat.Seat)
		}
	}
	checkHostsAnnounced(t, s, sc)
	slices.Sort(receive)
	if !slices.Equal(receive, announced) {
		t.Fatalf("M-C3: %v receive, %v are announced", receive, announced)
	}
	for _, p := range s.people {
		if p.stage != Seated || p.ghost() {
			continue
		}
		same := func(a, b Seat) bool { return a.Seat == b.Seat && a.Name == b.Name && a.Role == b.Role }
		if v := s.view(p, sc); !slices.EqualFunc(v.Seats, sc.seats, same) {
			t.Fatalf("M-C2: somebody sees other seats: %+v, %+v", v.Seats, sc.seats)
		}
	}
}

// checkHostsAnnounced is M-C3 for who is there without media (S-6): a technical
// host gets nothing of the circle's, and everybody is told of every one, by name
// in the circle and without it outside.
func checkHostsAnnounced(t failer, s *state, sc *scene) {
	t.Helper()
	var names []string
	for _, p := range s.people {
		if p.is(Host) && (s.grant(p) != NoGrant || p.seat >= 0 || p.inCircle()) {
			t.Fatalf("S-6: a host %s has %+v", p.stage, s.grant(p))
		}
		if p.stage == AtDoor {
			names = append(names, p.name)
		}
		if p.stage == AtDoor && !p.is(Host) || p.is(Host) && p.stage == Waiting && s.doorkeeper(p.person.Subject) == nil && s.hosts() < maxHosts {
			t.Fatalf("S-6: a %v is %s", p.person.Role, p.stage)
		}
	}
	if len(names) > maxHosts {
		t.Fatalf("S-6: %d hosts", len(names))
	}
	for _, p := range s.people {
		var told []string
		if list := s.view(p, sc).Room.Hosts; list != nil {
			for _, h := range *list {
				told = append(told, h.Name)
				if named := p.stage == Seated || p.stage == AtDoor; named != (h.Name != "") || !p.is(Facilitator) && (h.ID != 0 || h.Ref != "" || h.Since != 0) {
					t.Fatalf("M-C3, M-A8: a %v %s is told %+v", p.person.Role, p.stage, h)
				}
			}
		}
		if len(told) != len(names) || (p.stage == Seated || p.stage == AtDoor) && !slices.Equal(told, names) {
			t.Fatalf("M-C3: a %v %s is told of %q at the door, there are %q", p.person.Role, p.stage, told, names)
		}
	}
}

// checkDoorView is all that a technical host may see: the door, who waits, and
// whose connection is lost (S-6).
func checkDoorView(t failer, s *state, v View) {
	t.Helper()
	if v.Session != nil || v.Round != nil || v.Middle != nil || v.Attendance != nil || len(v.Removed) > 0 ||
		(v.Room != Open{Phase: s.phase(), Locked: s.locked, Notice: s.notice, Free: v.Room.Free, Hosts: v.Room.Hosts}) {
		t.Fatalf("S-6: a host sees %+v", v)
	}
	for _, seat := range v.Seats {
		if (seat != Seat{Seat: seat.Seat, Name: seat.Name, Role: seat.Role, State: seat.State}) || seat.State != seatHere && seat.State != seatLost {
			t.Fatalf("S-6: a host sees the seat %+v", seat)
		}
	}
	for _, g := range v.Waiting {
		if g.Ref != "" || g.First || g.Out {
			t.Fatalf("M-A7, S-6: a host sees the guest %+v", g)
		}
	}
}

// M-C3 against the packet path itself: after every command the peers that are
// open for receiving are those of announced seats, whatever the commands were.
func TestNoHiddenPeer(t *testing.T) {
	inBubble(t, smallRoom, func(t *testing.T, h *house) {
		x := uint32(7)
		n := func(limit int) int {
			x ^= x << 13
			x ^= x >> 17
			x ^= x << 5
			return int(x>>8) % limit
		}
		ada, eve := h.knocked("Ada", Facilitator), h.knocked("Eve", Facilitator)
		staff := []*guest{ada, eve}
		people := slices.Clone(staff)
		peers := map[*guest]*fakePeer{ada: ada.connect(), eve: eve.connect()}
		most := 0
		for i := range 600 {
			c := hiddenStep(h, n, i, staff, &people, peers)
			synctest.Wait()
			most = max(most, comparePeers(t, fmt.Sprintf("%d: %T", i, c), ada, peers))
		}
		if most < 4 {
			t.Fatalf("never more than %d receivers", most)
		}
	})
}

// hiddenStep does one thing that may change who receives.
func hiddenStep(h *house, n func(int) int, i int, staff []*guest, people *[]*guest, peers map[*guest]*fakePeer) (c Command) {
	if n(20) == 0 {
		hostStep(h, i)
		return nil
	}
	if n(6) == 0 {
		l := &fakeLink{}
		p, err := h.rooms.Enter(h.t.Context(), "room", person(fmt.Sprint("Tree ", i), []Role{Patient, Support}[n(2)]), nil, l)
		if err == nil && p.Do(h.t.Context(), Knock{Name: fmt.Sprintf("Tree %c%c", 'a'+rune(i%26), 'a'+rune(i/26))}) == nil {
			g := &guest{h, l, p}
			*people = append(*people, g)
			peers[g] = g.connect()
		}
		return nil
	}
	host, one := staff[n(2)], (*people)[n(len(*people))]
	v, _ := one.link.see()
	seat, on := v.You.Seat, n(2) == 0
	c = []Command{
		Admit{Guest: one.ID()}, AdmitAll{}, StepOut{Seat: seat}, StepAside{Seat: seat}, ComeBack{Seat: seat}, SwapSeats{A: seat, B: n(6)},
		Pause{Paused: on}, Remove{Seat: seat}, Mute{Seat: seat}, Lock{Locked: on},
	}[n(10)]
	if n(3) == 0 && one != staff[0] && one != staff[1] {
		host, c = one, []Command{Set{Switches: away(on)}, Set{Switches: mic(on)}, Leave{}}[n(3)]
	} else if n(4) == 0 {
		c = Set{Switches: away(on)}
	}
	_ = host.Do(h.t.Context(), c)
	return c
}

// hostStep lets a technical host come, try to connect, and stay: no peer of
// theirs may ever be.
func hostStep(h *house, i int) {
	h.t.Helper()
	p, err := h.rooms.Enter(h.t.Context(), "room", person(fmt.Sprint("Host ", i), Host), nil, &fakeLink{})
	if err != nil {
		return
	}
	err = p.Do(h.t.Context(), Knock{Name: fmt.Sprintf("Kim %c%c", 'a'+rune(i%26), 'a'+rune(i/26))})
	if _, offered := p.Connect(h.t.Context(), "offer"); offered != ErrNotAllowed {
		h.t.Fatalf("S-6: a host's offer is answered with %v, its knock with %v", offered, err)
	}
	if watched := p.Watch(h.t.Context(), Wish{}); watched != ErrNotAllowed {
		h.t.Fatalf("S-6: a host watches: %v", watched)
	}
}

// comparePeers asks that the open peers are those of the seats that Ada is told
// of, and returns how many there are.
func comparePeers(t *testing.T, what string, ada *guest, peers map[*guest]*fakePeer) int {
	t.Helper()
	var open, announced []int
	for _, p := range peers {
		if g := p.allowed(); g.Receive && !p.isClosed() {
			open = append(open, g.Seat)
		}
	}
	v, _ := ada.link.see()
	for _, s := range v.Seats {
		if (s.State != seatSteppedOut || s.Side != 0) && !s.Away {
			announced = append(announced, s.Seat)
		}
	}
	slices.Sort(open)
	if !slices.Equal(open, announced) {
		t.Fatalf("M-C3, %s: %v receive, %v are announced", what, open, announced)
	}
	return len(open)
}
