package token

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

var errObject = errors.New("not a strict JSON object")

// object is a JSON object by exact key. encoding/json matches struct fields
// without regard to case, so "Sub" would stand for "sub"; a map does not.
type object map[string]json.RawMessage

// decodeObject reads one JSON object and nothing after it. A key that occurs
// twice (RFC 7519 section 4 leaves the choice) and invalid UTF-8 are refused,
// so that no other parser can have read a different token.
func decodeObject(data []byte) (object, error) {
	if !utf8.Valid(data) {
		return nil, errObject
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errObject
	}
	o := object{}
	for dec.More() {
		if err := o.member(dec); err != nil {
			return nil, err
		}
	}
	return o, closing(dec)
}

// member reads one key and its value.
func (o object) member(dec *json.Decoder) error {
	t, err := dec.Token()
	key, ok := t.(string)
	if err != nil || !ok {
		return errObject
	}
	if _, twice := o[key]; twice {
		return errObject
	}
	var value json.RawMessage
	if dec.Decode(&value) != nil {
		return errObject
	}
	o[key] = value
	return nil
}

// closing reads the end of the object and the end of the text.
func closing(dec *json.Decoder) error {
	if t, err := dec.Token(); err != nil || t != json.Delim('}') {
		return errObject
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errObject
	}
	return nil
}

// has tells whether a key is there, whatever its value.
func (o object) has(key string) bool {
	_, ok := o[key]
	return ok
}

// null tells whether a value is JSON null, which encoding/json would take for
// "leave the field as it is".
func null(value json.RawMessage) bool { return bytes.Equal(value, []byte("null")) }

// text reads a string. ok is false when the key is there with another type.
func (o object) text(key string) (s string, ok bool) {
	value, there := o[key]
	if !there {
		return "", true
	}
	if null(value) || json.Unmarshal(value, &s) != nil {
		return "", false
	}
	return s, true
}
