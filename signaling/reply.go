package signaling

import (
	"bytes"
	"encoding/json"

	"hearth/room"
)

// Frames of the server that are no events: they carry no sequence number.
type (
	okReply struct {
		Type string `json:"type"`
		ID   int64  `json:"id"`
	}
	errorReply struct {
		Type  string `json:"type"`
		ID    int64  `json:"id,omitempty"` // absent when it answers no command
		Code  string `json:"code"`
		After int    `json:"after,omitempty"` // seconds, with "retry"
	}
	byeFrame struct {
		Type string   `json:"type"`
		Code room.Bye `json:"code"`
	}
	beatFrame struct {
		Type string `json:"type"`
	}
	welcomeReply struct {
		Type    string      `json:"type"`
		V       int         `json:"v"`
		ID      int64       `json:"id"`
		Seq     uint64      `json:"seq"`
		Now     int64       `json:"now"` // the server's clock, Unix ms
		Resumed bool        `json:"resumed"`
		Seats   int         `json:"seats"`
		Ticket  string      `json:"ticket"`
		Grace   int         `json:"grace"` // seconds
		Rules   string      `json:"rules"`
		Name    string      `json:"name"`
		Nodes   []string    `json:"nodes"`
		ICE     []ICEServer `json:"ice"`
		Settled bool        `json:"settled,omitempty"` // the room has come together here after a move
		View    *room.View  `json:"view,omitempty"`
	}
)

func ok(id int64) okReply { return okReply{"ok", id} }

func failure(id int64, code string) errorReply {
	e := errorReply{Type: "error", ID: id, Code: code}
	if code == codeRetry {
		e.After = retryAfter
	}
	return e
}

// retryAfter is what a client is told to wait, in seconds, when nothing better
// is known.
const retryAfter = 2

var beat = encode(beatFrame{"beat"})

// encode is the JSON of a frame, without the escapes that only HTML needs.
func encode(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("signaling: a frame is always encodable")
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
