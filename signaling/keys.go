package signaling

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"hearth/room"
)

// KeySize is the length of a cluster key in bytes.
const KeySize = 32

// derive makes the key of one purpose from the cluster key (HKDF-SHA-256, RFC
// 5869).
func derive(cluster []byte, purpose string) ([]byte, error) {
	if len(cluster) != KeySize {
		return nil, fmt.Errorf("%w: the cluster key has to have %d bytes", ErrConfig, KeySize)
	}
	key, err := hkdf.Key(sha256.New, cluster, nil, purpose, KeySize)
	if err != nil {
		return nil, fmt.Errorf("signaling: derive key: %w", err)
	}
	return key, nil
}

// Subjects turns people into what rooms and Redis know them by. Safe for
// concurrent use.
type Subjects struct{ key []byte }

// NewSubjects derives the key of subjects from the cluster key.
func NewSubjects(cluster []byte) (Subjects, error) {
	key, err := derive(cluster, "hearth subject 1")
	return Subjects{key}, err
}

// Of is the keyed hash (HMAC-SHA-256, 16 bytes) of issuer, room and sub: the
// same person is somebody else in every room, and nobody without the key can
// tell who.
func (s Subjects) Of(issuer, roomID, sub string) room.Subject {
	mac := hmac.New(sha256.New, s.key)
	for _, part := range []string{issuer, roomID, sub} {
		var size [4]byte
		binary.BigEndian.PutUint32(size[:], uint32(len(part)))
		mac.Write(size[:])
		mac.Write([]byte(part))
	}
	return room.Subject(hex.EncodeToString(mac.Sum(nil)[:16]))
}
