// Package signaling is the way between browsers and rooms: it serves the page,
// checks invitations, and carries the messages of PROTOCOL.md over WebSockets.
//
// A conn is one socket. A link is one participant's signaling state and
// survives its sockets: it numbers the events, keeps the last of them for
// replay, and remembers the answers to commands, so that a lost socket costs
// nothing. The rules of a room live in hearth/room; nothing is decided here but
// who is speaking and whether a frame is well formed.
//
// A room has one owner among many nodes. Any node takes any socket: where the
// room is elsewhere it carries the frames to the owner and back (a leg, over
// package hop), and decides nothing about them.
//
// Nobody's address, pseudonym, reference or token is ever logged, and no error
// text reaches a client: the wire carries stable codes.
package signaling
