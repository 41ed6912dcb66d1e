package sfu

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/pion/webrtc/v4"
)

// announced are the addresses clients are told to send to.
func announced(c Config, bound netip.Addr) ([]netip.Addr, error) {
	for _, a := range c.Announce {
		if !a.IsValid() || a.IsUnspecified() || a.IsMulticast() || a.Zone() != "" {
			return nil, fmt.Errorf("%w: announced address", ErrConfig)
		}
	}
	bound = bound.Unmap()
	found := slices.Clone(c.Announce)
	if len(found) == 0 && !bound.IsUnspecified() {
		found = append(found, bound)
	}
	if len(found) == 0 {
		found = interfaceAddresses(bound.Is4())
	}
	if local := netip.AddrFrom4([4]byte{127, 0, 0, 1}); len(found) == 0 ||
		c.Loopback && bound.IsUnspecified() && !slices.Contains(found, local) {
		found = append(found, local)
	}
	return found, nil
}

// interfaceAddresses are the global unicast addresses of the interfaces that
// are up; those of IPv4 alone where the socket has no other.
func interfaceAddresses(only4 bool) []netip.Addr {
	nets, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var found []netip.Addr
	for _, n := range nets {
		prefix, err := netip.ParsePrefix(n.String())
		if err != nil {
			continue
		}
		a := prefix.Addr().Unmap()
		if !a.IsGlobalUnicast() || only4 && !a.Is4() || slices.Contains(found, a) {
			continue
		}
		found = append(found, a)
	}
	return found
}

// candidates are the a= lines of the answer (RFC 8839, RFC 6544): all UDP
// before all TCP, in the order announced.
func candidates(addresses []netip.Addr, udp, tcp uint16) string {
	b := &strings.Builder{}
	for i, a := range addresses {
		fmt.Fprintf(b, "a=candidate:%d 1 udp %d %s %d typ host\r\n", i+1, priority(0xffff-i), a, udp)
	}
	for i, a := range addresses {
		if tcp != 0 {
			fmt.Fprintf(b, "a=candidate:%d 1 tcp %d %s %d typ host tcptype passive\r\n",
				len(addresses)+i+1, priority(0x7fff-i), a, tcp)
		}
	}
	b.WriteString("a=end-of-candidates\r\n")
	return b.String()
}

// priority of a host candidate of the first component (RFC 8445, 5.1.2.1).
func priority(local int) uint32 { return 126<<24 | uint32(local)<<8 | 255 }

// finish makes pion's answer ours: our candidates in the first m-line, whose
// transport all the others share, and no other candidate anywhere; of header
// extensions only those the client offered in the same m-line, where pion
// answers those of the kind.
func (o *offer) finish(answer, candidates string) string {
	b := &strings.Builder{}
	b.Grow(len(answer) + len(candidates))
	line := -1
	for text := range strings.Lines(answer) {
		if strings.HasPrefix(text, "m=") {
			if line++; line == 1 {
				b.WriteString(candidates)
			}
		}
		if !foreign(text) && o.offers(text, line) {
			b.WriteString(text)
		}
	}
	return b.String()
}

func foreign(text string) bool {
	return strings.HasPrefix(text, "a=candidate:") || strings.HasPrefix(text, "a=end-of-candidates")
}

// offers tells whether an answer's line is no extension or feedback, or one
// that was offered in its m-line.
func (o *offer) offers(text string, line int) bool {
	if strings.HasPrefix(text, "a=rtcp-fb:") && strings.HasSuffix(strings.TrimSpace(text), " "+webrtc.TypeRTCPFBTransportCC) {
		return line >= 0 && line < ownLines && o.offered[line].transport != 0
	}
	value, ok := strings.CutPrefix(strings.TrimSpace(text), "a=extmap:")
	if !ok {
		return true
	}
	if line < 0 || line >= len(o.offered) {
		return false
	}
	_, uri, _ := strings.Cut(value, " ")
	id := o.offered[line].byURI(uri)
	return id != nil && *id != 0
}
