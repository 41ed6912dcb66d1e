//go:build !linux

package batch

// openBatch leaves the Conn on the plain path: no system but Linux has
// sendmmsg and UDP_SEGMENT in a form worth having.
func (c *Conn) openBatch(Options) error { return nil }
