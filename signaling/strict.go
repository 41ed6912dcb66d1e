package signaling

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deep the JSON of a frame may nest.
const maxDepth = 8

// errMalformed is a frame that is not of the protocol.
var errMalformed = errors.New("signaling: malformed frame")

// outline is what a strict look at a frame finds.
type outline struct {
	keys map[string]bool // of the outermost object
	typ  string          // value of "type", if it is a string
}

// outlineOf looks at a frame more strictly than encoding/json does: one JSON
// object and nothing behind it, valid UTF-8 also in escapes, no key twice in
// any object, no null, at most maxDepth levels.
func outlineOf(raw []byte) (outline, error) {
	if !utf8.Valid(raw) {
		return outline{}, errMalformed
	}
	w := walker{dec: json.NewDecoder(bytes.NewReader(raw))}
	w.dec.UseNumber()
	if err := w.walk(); err != nil {
		return outline{}, errMalformed
	}
	return w.found, nil
}

// level is one open object or array.
type level struct {
	keys map[string]bool // nil in an array
	key  string          // the key whose value comes next
	due  bool            // a value comes next
}

type walker struct {
	dec   *json.Decoder
	stack []level
	found outline
}

func (w *walker) walk() error {
	for first := true; first || len(w.stack) > 0; first = false {
		t, err := w.dec.Token()
		if err != nil {
			return err
		}
		if first && t != json.Delim('{') {
			return errMalformed
		}
		if err := w.take(t); err != nil {
			return err
		}
	}
	if _, err := w.dec.Token(); err != io.EOF {
		return errMalformed
	}
	return nil
}

func (w *walker) take(t json.Token) error {
	switch t := t.(type) {
	case nil:
		return errMalformed
	case json.Delim:
		return w.delim(t)
	case string:
		if strings.ContainsRune(t, utf8.RuneError) {
			return errMalformed // a lone surrogate, or what replaced one before
		}
		return w.text(t)
	}
	w.value()
	return nil
}

func (w *walker) delim(d json.Delim) error {
	if d == '}' || d == ']' {
		if len(w.stack) == 1 {
			w.found.keys = w.stack[0].keys
		}
		w.stack = w.stack[:len(w.stack)-1]
		return nil
	}
	w.value()
	if len(w.stack) == maxDepth {
		return errMalformed
	}
	l := level{}
	if d == '{' {
		l.keys = make(map[string]bool)
	}
	w.stack = append(w.stack, l)
	return nil
}

// text is a key or a string value.
func (w *walker) text(s string) error {
	top := &w.stack[len(w.stack)-1]
	if top.keys != nil && !top.due {
		if top.keys[s] {
			return errMalformed
		}
		top.keys[s], top.key, top.due = true, s, true
		return nil
	}
	if len(w.stack) == 1 && top.key == "type" {
		w.found.typ = s
	}
	w.value()
	return nil
}

// value notes that the value of the present key has come.
func (w *walker) value() {
	if len(w.stack) > 0 {
		w.stack[len(w.stack)-1].due = false
	}
}
