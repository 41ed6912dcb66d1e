package signaling

import (
	"encoding/json"
	"reflect"
	"strings"
)

// head is what every message of a client begins with.
type head struct {
	Type string `json:"type"`
	ID   int64  `json:"id"`
}

func (h head) number() int64 { return h.ID }
func (h head) name() string  { return h.Type }

// maxNumber is the largest command id: what JavaScript can count to.
const maxNumber = 1<<53 - 1

// message is one decoded frame of a client: hello, or a command.
type message interface {
	number() int64
	name() string // its type
	valid() bool  // all fields are within their bounds
}

// kind is one type of message. There is one struct for each; a key without
// omitempty has to be there, every other key may, and none besides.
type kind struct {
	fresh func() message
	keys  map[string]bool // true: required
	waits bool            // may wait for media or a signature: goes through the slow lane
}

// is describes the type of message M.
func is[M any, P interface {
	*M
	message
}]() kind {
	k := kind{fresh: func() message { return P(new(M)) }, keys: map[string]bool{}}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[M]()) {
		if tag, ok := f.Tag.Lookup("json"); ok {
			name, rest, _ := strings.Cut(tag, ",")
			k.keys[name] = rest != "omitempty"
		}
	}
	return k
}

// slow marks a kind whose commands may wait. The knock waits for nothing, but
// an offer must not overtake it.
func slow(k kind) kind {
	k.waits = true
	return k
}

// kinds are all messages that a client may send.
var kinds = map[string]kind{
	"hello": is[helloMessage](),

	"knock":     slow(is[knockMessage]()),
	"offer":     slow(is[offerMessage]()),
	"watch":     is[watchMessage](),
	"set":       is[setMessage](),
	"ask_video": is[askVideoMessage](),
	"rename":    is[renameMessage](),
	"leave":     is[leaveMessage](),

	"admit":          is[admitMessage](),
	"admit_all":      is[admitAllMessage](),
	"decline":        is[declineMessage](),
	"mute":           is[muteMessage](),
	"stop_video":     is[stopVideoMessage](),
	"release":        is[releaseMessage](),
	"lower_hand":     is[lowerHandMessage](),
	"step_out":       is[stepOutMessage](),
	"remove":         is[removeMessage](),
	"lift":           is[liftMessage](),
	"answer_rename":  is[answerRenameMessage](),
	"lock":           is[lockMessage](),
	"pause":          is[pauseMessage](),
	"end":            is[endMessage](),
	"start_round":    is[startRoundMessage](),
	"end_round":      is[endRoundMessage](),
	"next_turn":      is[nextTurnMessage](),
	"pass_turn":      is[passTurnMessage](),
	"give_turn":      is[giveTurnMessage](),
	"lend_turn":      is[lendTurnMessage](),
	"prompt":         is[promptMessage](),
	"note":           is[noteMessage](),
	"start_quiet":    is[startQuietMessage](),
	"end_quiet":      is[endQuietMessage](),
	"arrange":        is[arrangeMessage](),
	"group_text":     is[groupTextMessage](),
	"open_text":      is[openTextMessage](),
	"backchannel":    is[backchannelMessage](),
	"ask_help":       is[askHelpMessage](),
	"answer_help":    is[answerHelpMessage](),
	"caption":        is[captionMessage](),
	"tick":           is[tickMessage](),
	"notice":         is[noticeMessage](),
	"ask_support":    is[askSupportMessage](),
	"answer_support": is[answerSupportMessage](),
	"step_aside":     is[stepAsideMessage](),
	"come_back":      is[comeBackMessage](),
	"ask_back":       is[askBackMessage](),
	"last_session":   is[lastSessionMessage](),
	"ask_goodbye":    is[askGoodbyeMessage](),
	"kind_words":     is[kindWordsMessage](),
	"swap_seats":     is[swapSeatsMessage](),
	"plan":           is[planMessage](),
	"step":           is[stepMessage](),
	"invite":         slow(is[inviteMessage]()),
}

// decode reads one frame strictly. A frame that is not of the protocol is
// errMalformed.
func decode(raw []byte) (message, error) {
	o, err := outlineOf(raw)
	if err != nil {
		return nil, err
	}
	k, ok := kinds[o.typ]
	if !ok || !k.fits(o.keys) {
		return nil, errMalformed
	}
	m := k.fresh()
	if json.Unmarshal(raw, m) != nil {
		return nil, errMalformed
	}
	if n := m.number(); n < 1 || n > maxNumber || !m.valid() {
		return nil, errMalformed
	}
	return m, nil
}

// fits tells whether the keys are exactly those of the kind, spelt exactly:
// encoding/json would also take "TYPE" for "type".
func (k kind) fits(keys map[string]bool) bool {
	for key := range keys {
		if _, known := k.keys[key]; !known {
			return false
		}
	}
	for key, required := range k.keys {
		if required && !keys[key] {
			return false
		}
	}
	return true
}
