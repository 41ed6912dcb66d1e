package signaling

import "hearth/room"

// Side rooms. PROTOCOL.md, section 6.
type (
	stepAsideMessage struct {
		head
		Seat int `json:"seat"`
	}
	comeBackMessage struct {
		head
		Seat int `json:"seat"`
	}
	askBackMessage struct {
		head
		Wanted bool `json:"wanted"`
	}
)

func (m *stepAsideMessage) valid() bool { return true }
func (m *comeBackMessage) valid() bool  { return true }
func (m *askBackMessage) valid() bool   { return true }

func (m *stepAsideMessage) order(by room.ID) room.Command {
	return room.StepAside{By: by, Seat: m.Seat}
}

func (m *comeBackMessage) order(by room.ID) room.Command {
	return room.ComeBack{By: by, Seat: m.Seat}
}

func (m *askBackMessage) order(by room.ID) room.Command {
	return room.AskBack{By: by, Wanted: m.Wanted}
}
