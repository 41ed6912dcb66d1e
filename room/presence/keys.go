package presence

import (
	"crypto/sha256"
	"encoding/hex"

	"hearth/room"
)

// maxRoom bounds a room id, in bytes.
const maxRoom = 128

// roomKeys are the keys of one room in the order of lua/fence.lua. The braces
// are a hash tag: all of them live in one slot of a cluster.
func (s *Store) roomKeys(id string) []string {
	base := s.cfg.Prefix + "{" + id + "}:"
	return []string{
		base + "owner", base + "fence",
		base + "seats:patient", base + "seats:facilitator", base + "seats:support",
		base + "info", base + "rules", base + "removed",
	}
}

// goodRoom tells whether an id can be a hash tag: 1 to 128 visible ASCII
// characters without braces.
func goodRoom(id string) bool {
	if id == "" || len(id) > maxRoom {
		return false
	}
	for i := range len(id) {
		if c := id[i]; c <= ' ' || c > '~' || c == '{' || c == '}' {
			return false
		}
	}
	return true
}

// goodSubject tells whether s is 32 lower-case hex digits. Nothing else is
// let through to Redis, so that no name can ever get there.
func goodSubject(s room.Subject) bool {
	if len(s) != 32 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// revokedKey is where the revocation of an id is kept. The id is hashed: an
// issuer or a jti may be a readable text.
func (s *Store) revokedKey(id string) string {
	sum := sha256.Sum256([]byte(id))
	return s.cfg.Prefix + "{revoked}:" + hex.EncodeToString(sum[:16])
}

// nodesKey is where all nodes announce themselves.
func (s *Store) nodesKey() string { return s.cfg.Prefix + "{nodes}" }

// pingKey is a key that is never there, in the slot of the announcements.
func (s *Store) pingKey() string { return s.cfg.Prefix + "{nodes}:ping" }
