package hop

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"

	"hearth/signaling/token"
)

// Bounds of what is said, in bytes.
const (
	maxQuestion = 1 << 10
	maxAnswer   = 1 << 10
)

// question is the body of /owns, which has no epoch, and of /shut, which has.
type question struct {
	Room  string `json:"room"`
	Epoch uint64 `json:"epoch,omitempty"`
}

// answer is the body of the answer to /owns; epochs begin at 1.
type answer struct {
	Epoch uint64 `json:"epoch,omitempty"`
}

// strict reads one JSON object of T that has no other keys and nothing behind
// it.
func strict[T any](raw []byte) (v T, err error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if !bytes.HasPrefix(bytes.TrimLeft(raw, " \t\r\n"), []byte("{")) || dec.Decode(&v) != nil {
		return v, ErrAnswer
	}
	if _, err := dec.Token(); err != io.EOF {
		return v, ErrAnswer
	}
	return v, nil
}

// parseQuestion reads a question; with fenced, one that needs an epoch.
func parseQuestion(raw []byte, fenced bool) (question, error) {
	q, err := strict[question](raw)
	if err != nil || !token.ValidRoom(q.Room) || (q.Epoch != 0) != fenced {
		return question{}, ErrAnswer
	}
	return q, nil
}

// ask reads the question of a request, or refuses it and returns false.
func (l *Listener) ask(w http.ResponseWriter, r *http.Request, fenced bool) (question, bool) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxQuestion+1))
	if err != nil || len(raw) > maxQuestion {
		l.refuse(w, http.StatusRequestEntityTooLarge, "body")
		return question{}, false
	}
	q, err := parseQuestion(raw, fenced)
	if err != nil {
		l.refuse(w, http.StatusBadRequest, "body")
		return question{}, false
	}
	return q, true
}

// owns answers whether this node has the room.
func (l *Listener) owns(w http.ResponseWriter, r *http.Request) {
	q, ok := l.ask(w, r, false)
	if !ok {
		return
	}
	var a answer
	if epoch, yes := l.cfg.Owns(q.Room); yes {
		a.Epoch = epoch
	}
	l.count.count(func(s *Stats) { s.Owns++ })
	body, _ := json.Marshal(a) // a number
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body) // who asked may be gone
}

// shut ends what is left of an earlier owner's circle.
func (l *Listener) shut(w http.ResponseWriter, r *http.Request) {
	q, ok := l.ask(w, r, true)
	if !ok {
		return
	}
	own, yes := l.cfg.Owns(q.Room)
	l.cfg.Shut(q.Room, q.Epoch)
	l.count.count(func(s *Stats) {
		if s.Shuts++; yes && own >= q.Epoch {
			s.Stale++
		}
	})
	w.WriteHeader(http.StatusNoContent)
}
