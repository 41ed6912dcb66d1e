package signaling

import "hearth/room"

// Rounds. PROTOCOL.md, section 6.
type (
	startRoundMessage struct {
		head
		Kind  room.RoundKind `json:"kind"`
		From  *int           `json:"from,omitempty"`
		For   *int           `json:"for,omitempty"`
		Staff bool           `json:"staff,omitempty"`
	}
	endRoundMessage struct{ head }
	nextTurnMessage struct{ head }
	passTurnMessage struct {
		head
		Later bool `json:"later,omitempty"`
	}
	giveTurnMessage struct {
		head
		Seat int `json:"seat"`
	}
	lendTurnMessage struct {
		head
		Seat int `json:"seat"`
	}
)

// valid: a goodbye is for somebody, another round is not.
func (m *startRoundMessage) valid() bool {
	switch m.Kind {
	case room.RoundGoAround:
		return m.For == nil
	case room.RoundGoodbye:
		return m.For != nil
	}
	return false
}

func (m *endRoundMessage) valid() bool { return true }
func (m *nextTurnMessage) valid() bool { return true }
func (m *passTurnMessage) valid() bool { return true }
func (m *giveTurnMessage) valid() bool { return true }
func (m *lendTurnMessage) valid() bool { return true }

func (m *startRoundMessage) order(by room.ID) room.Command {
	return room.StartRound{By: by, Kind: m.Kind, From: seatOr(m.From), For: seatOr(m.For), Staff: m.Staff}
}

// seatOr is a seat number, -1 for none.
func seatOr(seat *int) int {
	if seat == nil {
		return -1
	}
	return *seat
}

func (m *endRoundMessage) order(by room.ID) room.Command { return room.EndRound{By: by} }
func (m *nextTurnMessage) order(by room.ID) room.Command { return room.NextTurn{By: by} }
func (m *passTurnMessage) order(by room.ID) room.Command {
	return room.PassTurn{By: by, Later: m.Later}
}

func (m *giveTurnMessage) order(by room.ID) room.Command {
	return room.GiveTurn{By: by, Seat: m.Seat}
}

func (m *lendTurnMessage) order(by room.ID) room.Command {
	return room.LendTurn{By: by, Seat: m.Seat}
}
