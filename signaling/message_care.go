package signaling

import "hearth/room"

// What facilitators take care of, and the signal to them. PROTOCOL.md, section 6.
type (
	tickMessage struct {
		head
		Seat     int   `json:"seat"`
		Alone    *bool `json:"alone,omitempty"`
		Location *bool `json:"location,omitempty"`
		Contact  *bool `json:"contact,omitempty"`
	}
	noticeMessage struct {
		head
		Notice string `json:"notice"`
	}
	askSupportMessage struct {
		head
		Wanted bool `json:"wanted"`
	}
	answerSupportMessage struct {
		head
		Seat int `json:"seat"`
	}
)

func (m *tickMessage) valid() bool          { return true }
func (m *noticeMessage) valid() bool        { return room.ValidNotice(m.Notice) }
func (m *askSupportMessage) valid() bool    { return true }
func (m *answerSupportMessage) valid() bool { return true }

func (m *tickMessage) order(by room.ID) room.Command {
	return room.Tick{By: by, Seat: m.Seat, Alone: m.Alone, Location: m.Location, Contact: m.Contact}
}

func (m *noticeMessage) order(by room.ID) room.Command {
	return room.Notify{By: by, Notice: m.Notice}
}

func (m *askSupportMessage) order(by room.ID) room.Command {
	return room.AskSupport{By: by, Wanted: m.Wanted}
}

func (m *answerSupportMessage) order(by room.ID) room.Command {
	return room.AnswerSupport{By: by, Seat: m.Seat}
}
