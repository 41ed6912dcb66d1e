package signaling

import (
	"reflect"
	"slices"

	"hearth/room"
)

// diff is what a client that knows one view has to be told to know another. A
// change of stage replaces everything at once. Pure.
func diff(old, now room.View) []event {
	if old.You.Stage != now.You.Stage {
		return []event{viewEvent{View: complete(now)}}
	}
	var events []event
	if old.You != now.You {
		events = append(events, youEvent{You: now.You})
	}
	if old.Room != now.Room {
		events = append(events, roomEvent{Room: now.Room})
	}
	events = append(events, diffSeats(old.Seats, now.Seats)...)
	if !slices.Equal(old.Waiting, now.Waiting) {
		events = append(events, waitingEvent{Waiting: present(now.Waiting)})
	}
	if !slices.Equal(old.Removed, now.Removed) {
		events = append(events, removedEvent{Removed: present(now.Removed)})
	}
	if changed(old.Session, now.Session) {
		events = append(events, sessionEvent{Session: now.Session})
	}
	if changed(old.Round, now.Round) {
		events = append(events, roundEvent{Round: now.Round})
	}
	if changed(old.Middle, now.Middle) {
		events = append(events, middleEvent{Middle: now.Middle})
	}
	if changed(old.Attendance, now.Attendance) {
		events = append(events, attendanceEvent{Attendance: now.Attendance})
	}
	if !old.Media.Equal(now.Media) {
		events = append(events, mediaEvent{Media: complete(now).Media})
	}
	return events
}

// diffSeats frees seats first, so that nobody is seen twice.
func diffSeats(old, now []room.Seat) []event {
	var events []event
	for _, s := range old {
		if !slices.ContainsFunc(now, at(s.Seat)) {
			events = append(events, unseatEvent{Seat: s.Seat})
		}
	}
	for _, s := range now {
		if !slices.Contains(old, s) {
			events = append(events, seatEvent{Seat: s})
		}
	}
	return events
}

// changed tells whether a part of the view is another. Parts that show the same
// are mostly the same pointer.
func changed[T any](old, now *T) bool { return old != now && !reflect.DeepEqual(old, now) }

func at(seat int) func(room.Seat) bool {
	return func(s room.Seat) bool { return s.Seat == seat }
}

// complete is a view whose lists are all there: [] on the wire, never null.
func complete(v room.View) room.View {
	v.Seats, v.Waiting, v.Removed = present(v.Seats), present(v.Waiting), present(v.Removed)
	v.Media.Paused = present(v.Media.Paused)
	return v
}

func present[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
