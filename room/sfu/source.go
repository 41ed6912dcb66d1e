package sfu

import "net"

// maxSources is from how many addresses one participant may come between two
// ICE restarts: all interfaces of a device over UDP and TCP, and many changes of
// its NAT's mind. Pion keeps each for good and looks through all of them for
// every check, so without a bound one participant could use up the server by
// checking from port after port.
const maxSources = 32

// admitSource is asked by pion about each address that a genuine check comes
// from for the first time. Checks of one too many are not answered; a client
// that needs more restarts ICE.
func (p *Peer) admitSource(net.IP) bool {
	if p.sources.Add(1) <= maxSources {
		return true
	}
	p.circle.sfu.stats.drop(DropSource)
	return false
}
