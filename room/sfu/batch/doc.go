// Package batch is a UDP socket that sends many datagrams with one system call.
//
// [Conn] stands between pion's UDP mux and the socket. What callers write is
// copied into a bounded queue; whoever finds nobody sending becomes the sender
// and empties it, in the caller's own goroutine. So a lone datagram leaves at
// once, without a handover, and whatever arrives while somebody is inside the
// kernel leaves together, with sendmmsg(2). A caller that knows it is about to
// write to many peers says so with [Conn.Cork]. On request, runs of equal size
// to one peer leave as a single UDP_SEGMENT message.
//
// Only Linux batches. Elsewhere, and when switched off, the same Conn passes
// each datagram to the socket by itself.
package batch
