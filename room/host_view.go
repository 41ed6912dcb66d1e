package room

import "slices"

// doorScene is what concerns technical hosts: what they see, and how they are
// announced to who is not in the circle. Its lists are never changed.
type doorScene struct {
	open    Open
	seats   []Seat
	waiting []Guest
	unnamed *Hosts
}

// announce tells everybody of the technical hosts, and derives what these see.
// Where there is none it does nothing.
func (s *state) announce(sc, last *scene) {
	if s.hosts() == 0 {
		return
	}
	var named, unnamed, staff Hosts
	for _, p := range s.people {
		if p.stage == AtDoor {
			m := HostMark{Name: p.name, State: p.condition()}
			named = append(named, m)
			unnamed = append(unnamed, HostMark{State: m.State})
			m.ID, m.Ref, m.Since = p.id, p.person.Ref, millis(p.since)
			staff = append(staff, m)
		}
	}
	sc.open.Hosts = keep(&named, last.open.Hosts)
	sc.staffOpen.Hosts = keep(&staff, last.staffOpen.Hosts)
	sc.door = doorScene{
		open:    Open{Phase: sc.open.Phase, Locked: s.locked, Notice: s.notice, Free: sc.staffOpen.Free, Hosts: sc.open.Hosts},
		seats:   reuse(s.connections(), last.door.seats),
		waiting: reuse(s.doorGuests(), last.door.waiting),
		unnamed: keep(&unnamed, last.door.unnamed),
	}
}

// connections are the seats as a host sees them: whose connection is lost, and
// nothing of what the group does.
func (s *state) connections() []Seat {
	seats := make([]Seat, 0, len(s.seats))
	for _, p := range s.seats {
		if p == nil || !p.inCircle() || p.ghost() {
			continue
		}
		seat := Seat{Seat: p.seat, Name: p.name, Role: p.person.Role, State: seatHere}
		if !p.connected && p.dark {
			seat.State = seatLost
		}
		seats = append(seats, seat)
	}
	return seats
}

// doorGuests is who waits, without what the clinic tells facilitators alone. Who
// has stepped out is with them, and not in it.
func (s *state) doorGuests() []Guest {
	list := slices.DeleteFunc(s.guests(), func(g Guest) bool { return g.Out })
	for i := range list {
		list[i].Ref, list[i].First = "", false
	}
	return list
}
