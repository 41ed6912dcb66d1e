package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"hearth/room"
)

// person is one simulated participant of a node: the link that the room shows
// its views to, without a socket behind it.
type person struct {
	// Static.
	who  room.Person
	name string
	room string

	// Owned by the room's driver.
	handle *room.Participant
	wrote  time.Time

	mu     sync.Mutex
	view   room.View // guarded by mu, as what follows
	seal   room.Seal
	shown  uint64
	told   uint64
	bye    room.Bye
	seated chan struct{} // closed with the first view of a seat
}

func newPerson(name string, slot int) *person {
	role := simulatedRole(slot)
	return &person{
		who:  room.Person{Subject: room.Subject(fmt.Sprintf("%032x", slot+1)), Role: role, Seat: -1},
		room: name, name: fmt.Sprintf("Tree %c", 'A'+rune(slot)),
		seated: make(chan struct{}),
	}
}

// Show keeps the latest view.
func (p *person) Show(v room.View, s room.Seal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	first := p.view.You.Stage != room.Seated && v.You.Stage == room.Seated
	p.view, p.seal = v, s
	p.shown++
	if first {
		select {
		case <-p.seated:
		default:
			close(p.seated)
		}
	}
}

// Tell counts a text.
func (p *person) Tell(room.Text) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.told++
}

// Bye keeps why the part ended.
func (p *person) Bye(b room.Bye) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bye = b
}

// Move and Settled are of rooms that change their owner; these do not.
func (p *person) Move() {}

// Settled is nothing here either.
func (p *person) Settled() {}

// see is the latest view, and the ticket's content.
func (p *person) see() (room.View, room.Seal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.view, p.seal
}

// heard is how many views were shown and texts told so far, and the goodbye.
func (p *person) heard() (shown, told uint64, bye room.Bye) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.shown, p.told, p.bye
}

// offer tells this person's connections from all others'.
func (p *person) offer() string { return p.room + "/" + p.name }

// knock enters and knocks under the person's name.
func (p *person) knock(ctx context.Context, rooms *room.Rooms) (err error) {
	err = again(ctx, func(ctx context.Context) error {
		p.handle, err = rooms.Enter(ctx, p.room, p.who, nil, p)
		return err
	})
	if err != nil {
		return err
	}
	return p.handle.Do(ctx, room.Knock{Name: p.name, Camera: true})
}

// sit waits for the seat and connects the media that is none.
func (p *person) sit(ctx context.Context) error {
	select {
	case <-p.seated:
	case <-ctx.Done():
		return ctx.Err()
	}
	_, err := p.handle.Connect(ctx, p.offer())
	return err
}

// reload is a page that is loaded again: it enters with its ticket and makes a
// new connection.
func (p *person) reload(ctx context.Context, rooms *room.Rooms) error {
	_, seal := p.see()
	handle, err := rooms.Enter(ctx, p.room, p.who, &seal, p)
	if err != nil {
		return err
	}
	p.handle = handle
	_, err = handle.Connect(ctx, p.offer())
	return err
}
