package signaling

import "hearth/room"

// event is a frame that is numbered and can be replayed.
type event interface{ numbered(seq uint64) any }

// The events, one struct each. PROTOCOL.md, section 4.
type (
	youEvent struct {
		Type string   `json:"type"`
		Seq  uint64   `json:"seq"`
		You  room.You `json:"you"`
	}
	roomEvent struct {
		Type string    `json:"type"`
		Seq  uint64    `json:"seq"`
		Room room.Open `json:"room"`
	}
	seatEvent struct {
		Type string    `json:"type"`
		Seq  uint64    `json:"seq"`
		Seat room.Seat `json:"seat"`
	}
	unseatEvent struct {
		Type string `json:"type"`
		Seq  uint64 `json:"seq"`
		Seat int    `json:"seat"`
	}
	waitingEvent struct {
		Type    string       `json:"type"`
		Seq     uint64       `json:"seq"`
		Waiting []room.Guest `json:"waiting"`
	}
	removedEvent struct {
		Type    string     `json:"type"`
		Seq     uint64     `json:"seq"`
		Removed []room.Out `json:"removed"`
	}
	viewEvent struct {
		Type string    `json:"type"`
		Seq  uint64    `json:"seq"`
		View room.View `json:"view"`
	}
	sessionEvent struct {
		Type    string        `json:"type"`
		Seq     uint64        `json:"seq"`
		Session *room.Session `json:"session,omitempty"`
	}
	roundEvent struct {
		Type  string      `json:"type"`
		Seq   uint64      `json:"seq"`
		Round *room.Round `json:"round,omitempty"`
	}
	middleEvent struct {
		Type   string       `json:"type"`
		Seq    uint64       `json:"seq"`
		Middle *room.Middle `json:"middle,omitempty"`
	}
	attendanceEvent struct {
		Type       string           `json:"type"`
		Seq        uint64           `json:"seq"`
		Attendance *room.Attendance `json:"attendance,omitempty"`
	}
	mediaEvent struct {
		Type  string          `json:"type"`
		Seq   uint64          `json:"seq"`
		Media room.MediaState `json:"media"`
	}
	ticketEvent struct {
		Type   string `json:"type"`
		Seq    uint64 `json:"seq"`
		Ticket string `json:"ticket"`
	}
)

func (e youEvent) numbered(seq uint64) any        { e.Type, e.Seq = "you", seq; return e }
func (e roomEvent) numbered(seq uint64) any       { e.Type, e.Seq = "room", seq; return e }
func (e seatEvent) numbered(seq uint64) any       { e.Type, e.Seq = "seat", seq; return e }
func (e unseatEvent) numbered(seq uint64) any     { e.Type, e.Seq = "unseat", seq; return e }
func (e waitingEvent) numbered(seq uint64) any    { e.Type, e.Seq = "waiting", seq; return e }
func (e removedEvent) numbered(seq uint64) any    { e.Type, e.Seq = "removed", seq; return e }
func (e sessionEvent) numbered(seq uint64) any    { e.Type, e.Seq = "session", seq; return e }
func (e roundEvent) numbered(seq uint64) any      { e.Type, e.Seq = "round", seq; return e }
func (e middleEvent) numbered(seq uint64) any     { e.Type, e.Seq = "middle", seq; return e }
func (e attendanceEvent) numbered(seq uint64) any { e.Type, e.Seq = "attendance", seq; return e }
func (e mediaEvent) numbered(seq uint64) any      { e.Type, e.Seq = "media", seq; return e }
func (e viewEvent) numbered(seq uint64) any       { e.Type, e.Seq = "view", seq; return e }
func (e ticketEvent) numbered(seq uint64) any     { e.Type, e.Seq = "ticket", seq; return e }
