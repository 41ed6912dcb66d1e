package signaling

import "hearth/room"

// What lies in the middle of the circle. PROTOCOL.md, section 6.
type (
	promptMessage struct {
		head
		Text string `json:"text"`
	}
	noteMessage struct {
		head
		Text string `json:"text"`
	}
	startQuietMessage struct {
		head
		Kind    room.QuietKind `json:"kind"`
		Seconds int            `json:"seconds"`
	}
	endQuietMessage struct{ head }
	arrangeMessage  struct {
		head
		Horseshoe bool `json:"horseshoe"`
	}
)

// maxLetters bounds a text on the wire, in bytes; the room counts letters.
const maxLetters = 8 << 10

func (m *promptMessage) valid() bool   { return len(m.Text) <= maxLetters }
func (m *noteMessage) valid() bool     { return len(m.Text) <= maxLetters }
func (m *endQuietMessage) valid() bool { return true }
func (m *arrangeMessage) valid() bool  { return true }
func (m *startQuietMessage) valid() bool {
	return m.Kind == room.QuietWriting || m.Kind == room.QuietBreathing
}

func (m *promptMessage) order(by room.ID) room.Command { return room.SetPrompt{By: by, Text: m.Text} }
func (m *noteMessage) order(by room.ID) room.Command   { return room.SetNote{By: by, Text: m.Text} }
func (m *startQuietMessage) order(by room.ID) room.Command {
	return room.StartQuiet{By: by, Kind: m.Kind, Seconds: m.Seconds}
}
func (m *endQuietMessage) order(by room.ID) room.Command { return room.EndQuiet{By: by} }
func (m *arrangeMessage) order(by room.ID) room.Command {
	return room.Arrange{By: by, Horseshoe: m.Horseshoe}
}
