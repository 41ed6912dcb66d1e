package room

import (
	"crypto/rand"
	"encoding/binary"
	"slices"
)

// randomID draws a number below 2^31.
func randomID() ID {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return ID(binary.BigEndian.Uint32(b[:]) >> 1)
}

// newID draws until the number is nobody's, here or on the facilitators' list.
func (s *state) newID() ID {
	for {
		if id := s.draw(); id > 0 && !s.known(id) {
			return id
		}
	}
}

func (s *state) known(id ID) bool {
	return s.find(id) != nil || slices.ContainsFunc(s.departed, func(d departure) bool { return d.ID == id })
}
