package signaling

import (
	"reflect"
	"strings"
	"testing"

	"hearth/room"
)

// Nothing a client may say has a text and a target, but a facilitator's answer to
// somebody in the waiting room (X6).
func TestNoPrivateMessages(t *testing.T) {
	for typ, k := range kinds {
		_, text := k.keys["text"]
		for _, target := range []string{"seat", "guest", "to", "who", "for"} {
			if _, aims := k.keys[target]; aims && text && typ != "answer_help" {
				t.Errorf("%q carries a text to %q", typ, target)
			}
		}
	}
}

// No frame tells how much somebody spoke, how attentive they are, where they are
// or what they use (X3, X5), and nothing records (X1).
func TestNoSurveillance(t *testing.T) {
	words := []string{"level", "talk", "spoke", "attention", "emotion", "gaze", "record", "transcript", "address", "ip", "browser", "agent", "device", "network", "score", "strike"}
	check := func(where, key string) {
		for _, part := range strings.Split(key, "_") {
			for _, word := range words {
				if part == word {
					t.Errorf("%s has a key %q", where, key)
				}
			}
		}
	}
	for typ, k := range kinds {
		check(typ, typ)
		for key := range k.keys {
			check(typ, key)
		}
	}
	for _, key := range keysOf(reflect.TypeFor[room.View](), nil) {
		check("view", key)
	}
	if all := keysOf(reflect.TypeFor[room.View](), nil); len(all) < 80 {
		t.Errorf("only %d keys were looked at", len(all))
	}
}

// keysOf are all JSON keys of a type.
func keysOf(typ reflect.Type, keys []string) []string {
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice:
		return keysOf(typ.Elem(), keys)
	case reflect.Struct:
		for _, f := range reflect.VisibleFields(typ) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			keys = keysOf(f.Type, append(keys, name))
		}
	}
	return keys
}
