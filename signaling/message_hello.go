package signaling

// protocolVersion is the one version of PROTOCOL.md that is spoken here.
const protocolVersion = 1

// helloMessage is the first frame of every socket. Its id is only echoed; it is
// not part of the link's command numbers.
type helloMessage struct {
	head
	V      int    `json:"v"`
	Token  string `json:"token,omitempty"`
	Resume string `json:"resume,omitempty"`
	Last   uint64 `json:"last,omitempty"`
}

// valid: an invitation or a ticket, not both. Another version may look
// otherwise and is told so.
func (m *helloMessage) valid() bool {
	return m.V != protocolVersion || (m.Token == "") != (m.Resume == "")
}
