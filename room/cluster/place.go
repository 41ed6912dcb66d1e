package cluster

import (
	"cmp"
	"slices"

	"hearth/room"
)

// place is where a room opens that is live nowhere; the zero value is here. It
// opens where its first participant arrived, which saves a hop, unless there
// are many more people here than on the emptiest of the others, or this node
// drains.
func place(load room.Load, ready []peer) room.Owned {
	if len(ready) == 0 {
		return room.Owned{}
	}
	best := slices.MinFunc(ready, func(a, b peer) int {
		return cmp.Or(cmp.Compare(a.People, b.People), cmp.Compare(a.Rooms, b.Rooms), cmp.Compare(a.ID, b.ID))
	})
	if !load.Draining && load.People < best.People+farMore {
		return room.Owned{}
	}
	return room.Owned{Node: best.ID, URL: best.URL}
}
