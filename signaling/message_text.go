package signaling

import "hearth/room"

// What people write to each other. PROTOCOL.md, section 6.
type (
	groupTextMessage struct {
		head
		Text string `json:"text"`
	}
	openTextMessage struct {
		head
		Open bool `json:"open"`
	}
	backchannelMessage struct {
		head
		Text  string `json:"text"`
		Hosts bool   `json:"hosts,omitempty"`
	}
	askHelpMessage struct {
		head
		Text string `json:"text"`
	}
	answerHelpMessage struct {
		head
		Guest room.ID `json:"guest"`
		Text  string  `json:"text"`
	}
	captionMessage struct {
		head
		Text string `json:"text"`
	}
)

func (m *groupTextMessage) valid() bool   { return len(m.Text) <= maxLetters }
func (m *openTextMessage) valid() bool    { return true }
func (m *backchannelMessage) valid() bool { return len(m.Text) <= maxLetters }
func (m *askHelpMessage) valid() bool     { return len(m.Text) <= maxLetters }
func (m *answerHelpMessage) valid() bool  { return len(m.Text) <= maxLetters }
func (m *captionMessage) valid() bool     { return len(m.Text) <= maxLetters }

func (m *groupTextMessage) order(by room.ID) room.Command {
	return room.SayGroup{By: by, Text: m.Text}
}
func (m *openTextMessage) order(by room.ID) room.Command { return room.OpenText{By: by, Open: m.Open} }
func (m *backchannelMessage) order(by room.ID) room.Command {
	return room.SayStaff{By: by, Text: m.Text, Hosts: m.Hosts}
}
func (m *askHelpMessage) order(by room.ID) room.Command { return room.AskHelp{By: by, Text: m.Text} }
func (m *answerHelpMessage) order(by room.ID) room.Command {
	return room.AnswerHelp{By: by, Guest: m.Guest, Text: m.Text}
}
func (m *captionMessage) order(by room.ID) room.Command { return room.Caption{By: by, Text: m.Text} }

// textFrame is a text that is relayed now or never: it has no sequence number
// and is not replayed.
type textFrame struct {
	Type string `json:"type"`
	room.Text
}

// Tell relays a text to the present socket. It is called by the room.
func (l *link) Tell(t room.Text) {
	frame := encode(textFrame{"text", t})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.send(outFrame{data: frame})
}
