package signaling

import "hearth/room"

// What only a seated facilitator may ask. PROTOCOL.md, section 6.
type (
	admitMessage struct {
		head
		Guest room.ID `json:"guest"`
	}
	admitAllMessage struct{ head }
	declineMessage  struct {
		head
		Guest  room.ID `json:"guest"`
		Reason string  `json:"reason,omitempty"`
	}
	muteMessage struct {
		head
		Seat   int    `json:"seat"`
		Hold   bool   `json:"hold,omitempty"`
		Reason string `json:"reason,omitempty"`
	}
	stopVideoMessage struct {
		head
		Seat   int    `json:"seat"`
		Reason string `json:"reason,omitempty"`
	}
	releaseMessage struct {
		head
		Seat  int  `json:"seat"`
		Mic   bool `json:"mic,omitempty"`
		Video bool `json:"video,omitempty"`
	}
	lowerHandMessage struct {
		head
		Seat int `json:"seat"`
	}
	stepOutMessage struct {
		head
		Seat   int    `json:"seat"`
		Reason string `json:"reason,omitempty"`
	}
	removeMessage struct {
		head
		Seat   *int     `json:"seat,omitempty"`
		Guest  *room.ID `json:"guest,omitempty"`
		Scope  string   `json:"scope"`
		Reason string   `json:"reason,omitempty"`
	}
	liftMessage struct {
		head
		Who room.ID `json:"who"`
	}
	answerRenameMessage struct {
		head
		Seat  int  `json:"seat"`
		Allow bool `json:"allow"`
	}
	lockMessage struct {
		head
		Locked bool `json:"locked"`
	}
	pauseMessage struct {
		head
		Paused bool `json:"paused"`
	}
	endMessage struct{ head }
)

// preset tells whether a reason is one of the presets, or none.
func preset(reason string) bool {
	switch reason {
	case "", room.ReasonNoise, room.ReasonView, room.ReasonTalk:
		return true
	}
	return false
}

func (m *admitMessage) valid() bool        { return true }
func (m *admitAllMessage) valid() bool     { return true }
func (m *declineMessage) valid() bool      { return room.ValidParting(m.Reason) }
func (m *muteMessage) valid() bool         { return preset(m.Reason) }
func (m *stopVideoMessage) valid() bool    { return preset(m.Reason) }
func (m *releaseMessage) valid() bool      { return true }
func (m *lowerHandMessage) valid() bool    { return true }
func (m *stepOutMessage) valid() bool      { return preset(m.Reason) }
func (m *liftMessage) valid() bool         { return true }
func (m *answerRenameMessage) valid() bool { return true }
func (m *lockMessage) valid() bool         { return true }
func (m *pauseMessage) valid() bool        { return true }
func (m *endMessage) valid() bool          { return true }

// valid: somebody in a seat or somebody in the waiting room, not both.
func (m *removeMessage) valid() bool {
	return (m.Seat == nil) != (m.Guest == nil) && (m.Scope == "session" || m.Scope == "group") && room.ValidParting(m.Reason)
}

func (m *admitMessage) order(by room.ID) room.Command    { return room.Admit{By: by, Guest: m.Guest} }
func (m *admitAllMessage) order(by room.ID) room.Command { return room.AdmitAll{By: by} }
func (m *declineMessage) order(by room.ID) room.Command {
	return room.Decline{By: by, Guest: m.Guest, Reason: m.Reason}
}

func (m *muteMessage) order(by room.ID) room.Command {
	return room.Mute{By: by, Seat: m.Seat, Hold: m.Hold, Reason: m.Reason}
}

func (m *stopVideoMessage) order(by room.ID) room.Command {
	return room.StopVideo{By: by, Seat: m.Seat, Reason: m.Reason}
}

func (m *releaseMessage) order(by room.ID) room.Command {
	return room.Release{By: by, Seat: m.Seat, Mic: m.Mic, Video: m.Video}
}

func (m *lowerHandMessage) order(by room.ID) room.Command {
	return room.LowerHand{By: by, Seat: m.Seat}
}

func (m *stepOutMessage) order(by room.ID) room.Command {
	return room.StepOut{By: by, Seat: m.Seat, Reason: m.Reason}
}

func (m *removeMessage) order(by room.ID) room.Command {
	c := room.Remove{By: by, Seat: -1, Group: m.Scope == "group", Reason: m.Reason}
	if m.Seat != nil {
		c.Seat = *m.Seat
	} else {
		c.Guest = *m.Guest
	}
	return c
}

func (m *liftMessage) order(by room.ID) room.Command { return room.Lift{By: by, Who: m.Who} }

func (m *answerRenameMessage) order(by room.ID) room.Command {
	return room.AnswerRename{By: by, Seat: m.Seat, Allow: m.Allow}
}

func (m *lockMessage) order(by room.ID) room.Command  { return room.Lock{By: by, Locked: m.Locked} }
func (m *pauseMessage) order(by room.ID) room.Command { return room.Pause{By: by, Paused: m.Paused} }
func (m *endMessage) order(by room.ID) room.Command   { return room.End{By: by} }
