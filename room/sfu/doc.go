// Package sfu is the media path of a room: it receives every participant's
// microphone and camera once and forwards the packets, still compressed, to
// the seats of everybody else.
//
// It knows seats and not people, and it is the only package besides the load
// generator that imports pion. Each participant has one PeerConnection,
// negotiated once: the client offers its own three senders and a receiving
// pair of m-lines for every seat, so nobody renegotiates because somebody
// else comes or goes. What may flow is decided by a [Grant], tested at the
// entry of the packet path in both directions.
//
// README.md beside this file follows a packet through the package.
package sfu
