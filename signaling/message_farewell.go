package signaling

import "hearth/room"

// Farewells and seats. PROTOCOL.md, section 6.
type (
	lastSessionMessage struct {
		head
		Seat int  `json:"seat"`
		Last bool `json:"last"`
	}
	askGoodbyeMessage struct {
		head
		Wanted bool `json:"wanted"`
	}
	kindWordsMessage struct {
		head
		Card string `json:"card"`
	}
	swapSeatsMessage struct {
		head
		A int `json:"a"`
		B int `json:"b"`
	}
)

func (m *lastSessionMessage) valid() bool { return true }
func (m *askGoodbyeMessage) valid() bool  { return true }
func (m *kindWordsMessage) valid() bool   { return room.ValidCard(m.Card) }
func (m *swapSeatsMessage) valid() bool   { return m.A != m.B }

func (m *lastSessionMessage) order(by room.ID) room.Command {
	return room.MarkLast{By: by, Seat: m.Seat, Last: m.Last}
}

func (m *askGoodbyeMessage) order(by room.ID) room.Command {
	return room.AskGoodbye{By: by, Wanted: m.Wanted}
}

func (m *kindWordsMessage) order(by room.ID) room.Command {
	return room.SendCard{By: by, Card: m.Card}
}

func (m *swapSeatsMessage) order(by room.ID) room.Command {
	return room.SwapSeats{By: by, A: m.A, B: m.B}
}
