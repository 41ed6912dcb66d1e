package signaling

import "context"

// offerMessage asks for a PeerConnection, or restarts ICE on the present one.
type offerMessage struct {
	head
	SDP     string `json:"sdp"`
	Restart bool   `json:"restart,omitempty"`
}

func (m *offerMessage) valid() bool { return m.SDP != "" }

// answerReply is the ok of an offer.
type answerReply struct {
	okReply
	SDP string `json:"sdp"`
}

func (m *offerMessage) serve(ctx context.Context, l *link) (any, error) {
	connect := l.part.Connect
	if m.Restart {
		connect = l.part.Restart
	}
	answer, err := connect(ctx, m.SDP)
	if err != nil {
		return nil, err
	}
	return answerReply{ok(m.ID), answer}, nil
}
