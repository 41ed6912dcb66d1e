package signaling

import (
	"reflect"
	"testing"

	"hearth/room"
)

func TestDiff(t *testing.T) {
	base := room.View{
		You:     room.You{ID: 1, Role: room.Facilitator, Stage: room.Seated, Seat: 0},
		Room:    room.Open{Phase: room.PhaseOpen},
		Seats:   []room.Seat{{Seat: 0, Name: "Ada"}, {Seat: 3, Name: "Birch"}},
		Waiting: []room.Guest{{ID: 4, Name: "Cedar"}},
	}
	with := func(change func(*room.View)) room.View {
		v := base
		v.Seats = append([]room.Seat(nil), base.Seats...)
		change(&v)
		return v
	}
	for name, c := range map[string]struct {
		now  room.View
		want []event
	}{
		"nothing": {with(func(*room.View) {}), nil},
		"you":     {with(func(v *room.View) { v.You.Mic = true }), []event{youEvent{You: room.You{ID: 1, Role: room.Facilitator, Stage: room.Seated, Mic: true}}}},
		"room":    {with(func(v *room.View) { v.Room.Locked = true }), []event{roomEvent{Room: room.Open{Phase: room.PhaseOpen, Locked: true}}}},
		"a seat changes": {with(func(v *room.View) { v.Seats[1].Mic = true }),
			[]event{seatEvent{Seat: room.Seat{Seat: 3, Name: "Birch", Mic: true}}}},
		"a seat moves": {with(func(v *room.View) { v.Seats[1].Seat = 2 }),
			[]event{unseatEvent{Seat: 3}, seatEvent{Seat: room.Seat{Seat: 2, Name: "Birch"}}}},
		"a seat is taken": {with(func(v *room.View) { v.Seats = append(v.Seats, room.Seat{Seat: 5}) }),
			[]event{seatEvent{Seat: room.Seat{Seat: 5}}}},
		"all leave":    {with(func(v *room.View) { v.Seats = nil }), []event{unseatEvent{Seat: 0}, unseatEvent{Seat: 3}}},
		"nobody waits": {with(func(v *room.View) { v.Waiting = nil }), []event{waitingEvent{Waiting: []room.Guest{}}}},
		"somebody went": {with(func(v *room.View) { v.Removed = []room.Out{{ID: 9}} }),
			[]event{removedEvent{Removed: []room.Out{{ID: 9}}}}},
		"media": {with(func(v *room.View) { v.Media.High = true }),
			[]event{mediaEvent{Media: room.MediaState{High: true, Paused: []room.Paused{}}}}},
		"another stage": {room.View{You: room.You{ID: 1, Stage: room.SteppedOut}},
			[]event{viewEvent{View: room.View{You: room.You{ID: 1, Stage: room.SteppedOut},
				Seats: []room.Seat{}, Waiting: []room.Guest{}, Removed: []room.Out{}, Media: room.MediaState{Paused: []room.Paused{}}}}}},
	} {
		if got := diff(base, c.now); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
