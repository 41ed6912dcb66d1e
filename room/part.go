package room

// deed is a command that knows how to apply itself. permit has looked at who
// asks, and p is they.
type deed interface {
	Command
	do(s *state, p *attendee) error
}

// part is a part of the view that is made anew with every change; nil for none.
type part[T any] interface {
	*T
	same(*T) bool
}

// keep returns the last part of a scene where the new one shows the same, so
// that comparing views is comparing pointers.
func keep[T any, P part[T]](now, last P) P {
	if now != nil && last != nil && now.same(last) {
		return last
	}
	return now
}
