package signaling

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"hearth/room"
)

// serverFrames are all types of frame the server sends, with the structs that
// make them.
var serverFrames = map[string][]any{
	"welcome":    {welcomeReply{}},
	"ok":         {okReply{}, answerReply{}, invitesReply{}},
	"error":      {errorReply{}},
	"beat":       {beatFrame{}},
	"bye":        {byeFrame{}},
	"nodes":      {nodesFrame{}},
	"you":        {youEvent{}},
	"room":       {roomEvent{}},
	"seat":       {seatEvent{}},
	"unseat":     {unseatEvent{}},
	"waiting":    {waitingEvent{}},
	"removed":    {removedEvent{}},
	"session":    {sessionEvent{}},
	"round":      {roundEvent{}},
	"middle":     {middleEvent{}},
	"text":       {textFrame{}},
	"attendance": {attendanceEvent{}},
	"media":      {mediaEvent{}},
	"view":       {viewEvent{}},
	"ticket":     {ticketEvent{}},
	"move":       {moveEvent{}},
	"settled":    {settledEvent{}},
}

// fixtures are the golden frames of one direction, by file name.
func fixtures(t testing.TB, direction string) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("testdata/wire/" + direction + "_*.json")
	if err != nil || len(names) == 0 {
		t.Fatal("no fixtures:", err)
	}
	all := map[string][]byte{}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(name)] = bytes.TrimSpace(raw)
	}
	return all
}

// sameJSON compares two texts as JSON.
func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal(a, &x); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &y); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(x, y)
}

// Every message of a client has a fixture that decodes, uses every key, and
// encodes to itself.
func TestClientFixtures(t *testing.T) {
	seen := map[string]map[string]bool{}
	for name, raw := range fixtures(t, "client") {
		m, err := decode(raw)
		if err != nil {
			t.Errorf("%s does not decode", name)
			continue
		}
		if !sameJSON(t, raw, encode(m)) {
			t.Errorf("%s encodes to %s", name, encode(m))
		}
		o, _ := outlineOf(raw)
		if seen[o.typ] == nil {
			seen[o.typ] = map[string]bool{}
		}
		for key := range o.keys {
			seen[o.typ][key] = true
		}
	}
	for typ, k := range kinds {
		for key := range k.keys {
			if !seen[typ][key] {
				t.Errorf("no fixture of %q shows %q", typ, key)
			}
		}
	}
}

// Every frame of the server has a fixture that one of its structs makes again,
// to the last key.
func TestServerFixtures(t *testing.T) {
	seen := map[string]bool{}
	for name, raw := range fixtures(t, "server") {
		var typ struct{ Type string }
		if err := json.Unmarshal(raw, &typ); err != nil {
			t.Fatal(err)
		}
		seen[typ.Type] = true
		if !slices.ContainsFunc(serverFrames[typ.Type], func(v any) bool { return remade(t, raw, v) }) {
			t.Errorf("%s is not what %q looks like", name, typ.Type)
		}
	}
	for typ := range serverFrames {
		if !seen[typ] {
			t.Errorf("no fixture of %q", typ)
		}
	}
}

// remade tells whether a fixture goes through a struct unchanged.
func remade(t *testing.T, raw []byte, v any) bool {
	p := reflect.New(reflect.TypeOf(v))
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	return dec.Decode(p.Interface()) == nil && sameJSON(t, raw, encode(p.Elem().Interface()))
}

// The document names every message, and every code that is made here.
func TestProtocolDocument(t *testing.T) {
	doc, err := os.ReadFile("PROTOCOL.md")
	if err != nil {
		t.Fatal(err)
	}
	for typ := range kinds {
		if !strings.Contains(string(doc), "`"+typ+"`") && !strings.Contains(string(doc), `"type":"`+typ+`"`) {
			t.Errorf("PROTOCOL.md does not describe %q", typ)
		}
		for key := range kinds[typ].keys {
			if !strings.Contains(string(doc), "`"+key) && !strings.Contains(string(doc), `"`+key+`"`) {
				t.Errorf("PROTOCOL.md does not mention the key %q of %q", key, typ)
			}
		}
	}
	for typ := range serverFrames {
		if !strings.Contains(string(doc), `{"type":"`+typ+`"`) {
			t.Errorf("PROTOCOL.md shows no %q", typ)
		}
	}
	for _, code := range []string{codeExpired, codeInvalid, codeRetry, codeBusy, codeBadMessage, codeTooLarge,
		codeHelloExpected, codeVersion, codeFlood, codeBadOffer, codeRulesChanged, codeNoSigner, string(room.ErrNotAllowed),
		string(room.ErrNoSuchSeat), string(room.ErrNoSuchGuest), string(room.ErrFull), string(room.ErrWaitingFull),
		string(room.ErrRemoved), string(room.ErrDeclined), string(room.ErrNotOnRoster), string(room.ErrNameInvalid),
		string(room.ErrNamePersonal), string(room.ErrNameTaken), string(room.ErrNameFixed), string(room.ErrHeld),
		string(room.ErrNoFacilitator), string(room.ErrEnded), string(room.ErrGone), string(room.ErrMoved),
		string(room.ErrNoPeer), string(room.ErrOutOfRange), string(room.ErrTextInvalid), string(room.ByeLeft), string(room.ByeFarewell), string(room.ByeLost), string(room.ByeTimeout)} {
		if !strings.Contains(string(doc), "`"+code+"`") {
			t.Errorf("PROTOCOL.md does not name the code %q", code)
		}
	}
}

// Nothing a client can say turns on somebody else's microphone or camera
// (M-C7): only set has such switches, and set has no target.
func TestNobodyElseIsSwitchedOn(t *testing.T) {
	for typ, k := range kinds {
		_, seat := k.keys["seat"]
		_, guest := k.keys["guest"]
		for _, key := range []string{"camera", "unmute", "on"} {
			if _, ok := k.keys[key]; ok && (seat || guest) {
				t.Errorf("%q aims at somebody and has %q", typ, key)
			}
		}
	}
	if k := kinds["set"].keys; len(k) != 6 {
		t.Errorf("set has keys %v", k)
	}
}

func FuzzMessage(f *testing.F) {
	for _, raw := range fixtures(f, "client") {
		f.Add(raw)
	}
	f.Add([]byte(`{"type":"set","id":2,"mic":true,"mic":false}`))
	f.Add([]byte(`{"type":"set","id":2,"mic":[[[[[[[[[]]]]]]]]]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := decode(raw)
		if err != nil {
			return
		}
		if m.number() < 1 || m.number() > maxNumber || !m.valid() {
			t.Fatalf("accepted %+v", m)
		}
		again, err := decode(encode(m))
		if err != nil || !reflect.DeepEqual(m, again) {
			t.Fatalf("%s decodes to %+v and then to %+v, %v", raw, m, again, err)
		}
	})
}
