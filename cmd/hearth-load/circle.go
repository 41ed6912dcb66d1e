package main

import (
	"context"
	"sync"

	"hearth/room"
	"hearth/signaling/client"
	"hearth/signaling/token"
)

// circle is one room and those who are invited to it.
type circle struct {
	// Static after newCircle.
	base    uint32 // tag of the first member
	members []*member

	opened chan struct{} // closed once the facilitator has come in, or has not
	once   sync.Once

	change sync.Mutex // held by whoever lets people leave, come or be muted
}

// newCircle makes a circle whose members have tags from base on.
func newCircle(l *load, base uint32, people []invited) *circle {
	c := &circle{base: base, opened: make(chan struct{})}
	for slot, p := range people {
		c.members = append(c.members, &member{load: l, circle: c, slot: slot, invited: p})
	}
	return c
}

// slot is whose tag it is, -1 for nobody of this room.
func (c *circle) slot(tag uint32) int {
	if i := tag - c.base; i < uint32(len(c.members)) {
		return int(i)
	}
	return -1
}

// host is the facilitator's link, nil while there is none.
func (c *circle) host() *client.Client {
	if s := c.members[0].now(); s != nil {
		return s.link
	}
	return nil
}

// open lets everybody else go on: the facilitator is in, or cannot come.
func (c *circle) open() { c.once.Do(func() { close(c.opened) }) }

// sending are the slots whose pictures the others should see.
func (c *circle) sending() (slots uint32) {
	for _, m := range c.members {
		if s := m.now(); s != nil && s.seated.Load() {
			slots |= 1 << m.slot
		}
	}
	return slots
}

// admit lets a member in who waits, and waits for the seat. The time until the
// pictures come is counted from here.
func (c *circle) admit(ctx context.Context, s *session, slot int) error {
	host := c.host()
	if host == nil {
		return errNoHost
	}
	s.ears.await(c.sending() &^ (1 << slot))
	if _, err := host.Do(ctx, "admit", map[string]any{"guest": s.link.View().You.ID}); err != nil {
		return err
	}
	return s.link.Until(ctx, func(v room.View) bool { return v.You.Stage == room.Seated })
}

// patients are those who are in now, and can be muted all at once.
func (c *circle) patients() (list []*member) {
	for _, m := range c.members {
		if m.role == token.RolePatient && m.now() != nil {
			list = append(list, m)
		}
	}
	return list
}
