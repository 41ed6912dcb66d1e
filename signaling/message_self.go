package signaling

import (
	"context"

	"hearth/room"
)

// order is a message that is one command of the room.
type order interface {
	message
	order(by room.ID) room.Command
}

// served is a message that takes more than one command of the room.
type served interface {
	message
	serve(ctx context.Context, l *link) (any, error)
}

// maxText bounds a pseudonym on the wire, in bytes; the room decides about
// names.
const maxText = 2 << 10

// What anybody may ask. PROTOCOL.md, section 6.
type (
	knockMessage struct {
		head
		Name   string `json:"name"`
		Rules  string `json:"rules"`
		Camera bool   `json:"camera,omitempty"`
	}
	setMessage struct {
		head
		Mic    *bool `json:"mic,omitempty"`
		Camera *bool `json:"camera,omitempty"`
		Hand   *bool `json:"hand,omitempty"`
		Away   *bool `json:"away,omitempty"`
	}
	askVideoMessage struct{ head }
	renameMessage   struct {
		head
		Name string `json:"name"`
	}
	leaveMessage struct {
		head
		Quick bool `json:"quick,omitempty"`
	}
)

func (m *knockMessage) valid() bool    { return len(m.Name) <= maxText && len(m.Rules) <= maxText }
func (m *setMessage) valid() bool      { return true }
func (m *askVideoMessage) valid() bool { return true }
func (m *renameMessage) valid() bool   { return len(m.Name) <= maxText }
func (m *leaveMessage) valid() bool    { return true }

// serve lets nobody knock who has agreed to other rules than today's.
func (m *knockMessage) serve(ctx context.Context, l *link) (any, error) {
	if m.Rules != l.server.cfg.Rules {
		return nil, refusal(codeRulesChanged)
	}
	return nil, l.part.Do(ctx, room.Knock{By: l.part.ID(), Name: m.Name, Camera: m.Camera})
}

func (m *setMessage) order(by room.ID) room.Command {
	return room.Set{By: by, Switches: room.Switches{Mic: m.Mic, Camera: m.Camera, Hand: m.Hand, Away: m.Away}}
}

func (m *askVideoMessage) order(by room.ID) room.Command { return room.AskVideo{By: by} }

func (m *renameMessage) order(by room.ID) room.Command { return room.Rename{By: by, Name: m.Name} }

func (m *leaveMessage) order(by room.ID) room.Command { return room.Leave{By: by, Quick: m.Quick} }
