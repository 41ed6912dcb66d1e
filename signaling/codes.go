package signaling

// closing is a WebSocket close code (RFC 6455, 7.4.2) with its name.
// 4000-4099 are final, 4100-4199 mean "come back".
type closing struct {
	code int
	name string
}

// How a conn ends. PROTOCOL.md, section 7.
var (
	closeBye      = closing{4000, "bye"}
	closeReplaced = closing{4001, "replaced"}
	closeProtocol = closing{4002, "protocol"}
	closeRetry    = closing{4100, "retry"}
	closeSlow     = closing{4101, "slow"}
	closeFlood    = closing{4102, "flood"}
	closeDrain    = closing{4103, "drain"}
	// closeElsewhere is between nodes alone: this one does not have the room.
	closeElsewhere = closing{4200, "elsewhere"}
)

// The codes that are made here; those of commands are room.Refusals.
const (
	codeExpired       = "link_expired"
	codeInvalid       = "link_invalid"
	codeRetry         = "retry"
	codeBusy          = "busy"
	codeBadMessage    = "bad_message"
	codeTooLarge      = "too_large"
	codeHelloExpected = "hello_expected"
	codeVersion       = "version"
	codeFlood         = "flood"
	codeBadOffer      = "bad_offer"
	codeRulesChanged  = "rules_changed"
	codeNoSigner      = "no_signer"
)

// closingOf is how a conn ends after an error that ends it.
func closingOf(code string) closing {
	switch code {
	case codeBadMessage, codeTooLarge, codeHelloExpected, codeVersion:
		return closeProtocol
	case codeRetry:
		return closeRetry
	case codeFlood:
		return closeFlood
	}
	return closeBye
}
