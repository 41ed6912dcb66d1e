package presence

import (
	"reflect"
	"testing"
	"time"

	"hearth/room"
)

var flow = room.FlowRecord{
	At: room.StepSharing, Order: []room.Step{room.StepOpening, room.StepSharing}, Length: 60, Door: 10, Shared: true,
	Opened: 1_767_225_600_000, Began: 1_767_225_700_000,
}

var goodbye = room.RoundRecord{Kind: room.RoundGoodbye, First: 2, Current: 4, Lent: -1, Leaver: 5, Staff: true, Done: 1<<3 | 1<<19}

func TestFlowText(t *testing.T) {
	text, ok := encodeFlow(flow)
	if !ok || text != "sharing:60:10:1:1767225600000:1767225700000:opening,sharing" || !reflect.DeepEqual(decodeFlow(text), flow) {
		t.Fatalf("%q, %v", text, ok)
	}
	for _, bad := range []string{
		"", "sharing", "sharing:60:10:1:1:1:", "elsewhere:60:10:1:1:1:opening", "sharing:060:10:1:1:1:opening", "sharing:60:10:2:1:1:opening",
		"sharing:60:-1:1:1:1:opening", "sharing:600:1:1:1:1:opening", "sharing:60:10:1:1:1:opening,opening", "sharing:60:10:1:-1:1:opening",
		"sharing:60:10:1:99999999999999999:1:opening", "sharing:60:10:1:1:1:Maple",
	} {
		if f := decodeFlow(bad); f.At != "" {
			t.Errorf("%q is %+v", bad, f)
		}
	}
}

func TestRoundText(t *testing.T) {
	text, ok := encodeRound(goodbye)
	if !ok || text != "goodbye:2:4:-1:5:1:524296" || decodeRound(text) != goodbye {
		t.Fatalf("%q, %v", text, ok)
	}
	for _, bad := range []string{
		"", "goodbye", "goodbye:2:4:-1:-1:1:0", "go_around:2:4:-1:5:1:0", "other:2:4:-1:5:1:0", "goodbye:2:20:-1:5:1:0", "goodbye:2:4:-2:5:1:0",
		"goodbye:2:4:-1:5:1:1048576", "goodbye:2:4:-1:5:1:-1", "goodbye:2:4:-1:5:yes:0", "goodbye:02:4:-1:5:1:0", "goodbye:2:4:-1:5:1:4294967297",
	} {
		if r := decodeRound(bad); r.Kind != "" {
			t.Errorf("%q is %+v", bad, r)
		}
	}
}

// A session that cannot be read is no reason to keep a room closed, nor is a
// record of a version that knew no sessions.
func TestUnreadableSessionIsNone(t *testing.T) {
	r, err := snapshot{rules: []string{"flow", "of another version", "round", "", "locked", "1"}}.record()
	if err != nil || !r.Locked || r.Flow.At != "" || r.Round.Kind != "" {
		t.Fatalf("%+v, %v", r, err)
	}
	for name, bad := range map[string]room.Record{
		"a name for a step": {Flow: room.FlowRecord{At: "Maple", Order: flow.Order, Length: 60}},
		"a far time":        {Flow: room.FlowRecord{At: room.StepTopic, Order: flow.Order, Length: 60, Opened: 1 << 60}},
		"a name for a kind": {Round: room.RoundRecord{Kind: "Maple"}},
	} {
		if _, err := encodeRecord(bad, time.Second, time.Second); err != ErrBad {
			t.Errorf("%s: %v", name, err)
		}
	}
}
