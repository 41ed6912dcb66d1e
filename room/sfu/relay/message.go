package relay

import "encoding/binary"

// kind is what a datagram from a client is, by its header.
type kind uint8

const (
	garbage  kind = iota // nothing a client has reason to send
	binding              // a Binding request, which asks for nothing but an answer
	allocate             // an Allocate request, the first that a client sends
	request              // another request; all of them cost work, and most an answer
	data                 // ChannelData or an indication: something to be relayed
)

// The header of STUN (RFC 8489, 5) and ChannelData (RFC 8656, 12.4).
const (
	stunHeader    = 20
	stunCookie    = 0x2112A442
	classMask     = 0x0110
	classRequest  = 0x0000
	classSaid     = 0x0010 // indication
	typeBinding   = 0x0001
	typeAllocate  = 0x0003
	channelHeader = 4
	firstChannel  = 0x4000
	lastChannel   = 0x4FFF
)

// classify looks at no more than the header.
func classify(b []byte) kind {
	if len(b) < channelHeader {
		return garbage
	}
	head, length := binary.BigEndian.Uint16(b), int(binary.BigEndian.Uint16(b[2:]))
	if head >= firstChannel && head <= lastChannel {
		if length > len(b)-channelHeader {
			return garbage
		}
		return data
	}
	if head >= firstChannel || len(b) < stunHeader || length != len(b)-stunHeader || length%4 != 0 ||
		binary.BigEndian.Uint32(b[4:]) != stunCookie {
		return garbage
	}
	switch {
	case head == typeBinding:
		return binding
	case head == typeAllocate:
		return allocate
	case head&classMask == classRequest:
		return request
	case head&classMask == classSaid:
		return data
	}
	return garbage
}
