// Package relaytest is a participant of a circle who can reach the SFU through
// a TURN server only, and a certificate authority for tests of TURN over TLS.
// It is for tests.
package relaytest
