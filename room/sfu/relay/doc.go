// Package relay is the embedded TURN server (RFC 8656), for participants whose
// network lets out nothing but UDP to known ports or TLS. It relays to one
// place only, the media socket of this machine's SFU: every relayed socket is
// connected to it, so that the kernel itself knows no other peer.
//
// Credentials are random, made by Grant, and end with the function it returns,
// together with everything that was allocated by them. No address and no user
// name is logged, kept after its use, or part of an error.
//
// README.md beside this file says what is bounded, and why it is built so.
package relay
