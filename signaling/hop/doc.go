// Package hop is how the nodes of one cluster talk to each other: a listener
// behind mutual TLS whose only key is derived from the cluster key, and its
// client. Three things are asked there:
//
//	POST /owns {"room":"blue"}             -> {"epoch":7}, or {} for "not mine"
//	POST /shut {"room":"blue","epoch":7}   -> 204; an owner before that epoch goes quiet
//	GET  /hop                              -> a WebSocket (PROTOCOL.md, section 8)
//
// There is no header, signature or address to believe: who holds the key is a
// node, and everybody else ends in the handshake and is counted. Nothing here
// knows what a room is.
package hop
