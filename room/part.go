package room

import "reflect"

// deed is a command that knows how to apply itself. permit has looked at who
// asks, and p is they.
type deed interface {
	Command
	do(s *state, p *attendee) error
}

// keep returns the last part of a scene where the new one shows the same, so
// that comparing views is comparing pointers.
func keep[T any](now, last *T) *T {
	if now != nil && last != nil && reflect.DeepEqual(now, last) {
		return last
	}
	return now
}
