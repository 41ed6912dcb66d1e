package signaling

import (
	"context"
	"slices"

	"hearth/room"
)

// watchMessage says how the viewer would like to be served. It opens nothing,
// so it is no command of the room's rules. PROTOCOL.md, section 5.
type watchMessage struct {
	head
	Large  []int `json:"large"`
	Pinned []int `json:"pinned"`
	Saver  bool  `json:"saver,omitempty"`
}

func (m *watchMessage) valid() bool {
	return seatList(m.Large, room.MaxSeats) && seatList(m.Pinned, room.MaxPinned)
}

// seatList tells whether a list is there, short enough, and of distinct numbers
// that some circle has.
func seatList(seats []int, most int) bool {
	for i, n := range seats {
		if n < 0 || n >= room.MaxSeats || slices.Contains(seats[:i], n) {
			return false
		}
	}
	return seats != nil && len(seats) <= most
}

func (m *watchMessage) serve(ctx context.Context, l *link) (any, error) {
	return nil, l.part.Watch(ctx, room.Wish{Large: m.Large, Pinned: m.Pinned, Saver: m.Saver})
}
