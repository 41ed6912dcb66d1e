package signaling

import (
	"slices"

	"hearth/room"
)

// The flow of the session. PROTOCOL.md, section 6.
type (
	planMessage struct {
		head
		Order  []room.Step `json:"order,omitempty"`
		Length *int        `json:"length,omitempty"`
		Shared *bool       `json:"shared,omitempty"`
		Door   *int        `json:"door,omitempty"`
	}
	stepMessage struct {
		head
		At room.Step `json:"at"`
	}
)

func (m *planMessage) valid() bool { return m.Order == nil || room.ValidSteps(m.Order) }

func (m *stepMessage) valid() bool {
	return m.At == room.StepArrival || m.At == room.StepWindDown || slices.Contains(room.DefaultSteps(), m.At)
}

func (m *planMessage) order(by room.ID) room.Command {
	return room.Plan{By: by, Order: m.Order, Length: m.Length, Shared: m.Shared, Door: m.Door}
}

func (m *stepMessage) order(by room.ID) room.Command { return room.Move{By: by, At: m.At} }
