package signaling

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"hearth/room"
)

// Bounds of a resume ticket.
const (
	maxTicket     = 6 << 10 // characters
	ticketVersion = 1
	// ticketLife bounds a session. A token's own end never cuts a seated person
	// (M-T3), so the ticket of a seat outlives it.
	ticketLife = 12 * time.Hour
)

// errTicket is all that is ever said about a ticket that does not open.
var errTicket = errors.New("signaling: ticket refused")

// pass is what a resume ticket carries: all that is needed to rebuild a
// participant on any node. It is sealed; the client cannot read it.
type pass struct {
	Link    string         `json:"l"` // id of the link, the same over rebuilds
	Run     string         `json:"n"` // incarnation of the link: its sequence numbers
	Room    string         `json:"r"`
	Subject room.Subject   `json:"s"`
	Role    room.Role      `json:"o"`
	Ref     string         `json:"f,omitempty"`
	First   bool           `json:"1,omitempty"`
	Last    bool           `json:"x,omitempty"`
	Wish    int            `json:"w"` // seat the invitation asks for, -1 for none
	Closed  bool           `json:"c,omitempty"`
	Roster  []room.Subject `json:"t,omitempty"`
	Cap     int            `json:"p,omitempty"`
	Suggest string         `json:"u,omitempty"` // pseudonym the clinic suggests
	Issuer  string         `json:"i"`
	Token   string         `json:"j,omitempty"` // jti, for revocation
	Ends    int64          `json:"e"`           // Unix seconds
	Invited int64          `json:"v,omitempty"` // the end of the invitation, Unix seconds; 0 in tickets of earlier versions

	Name string `json:"m,omitempty"` // the Seal's
	Seat int    `json:"a"`
	Gen  uint64 `json:"g"`
}

// person is what the room is told.
func (p *pass) person() room.Person {
	return room.Person{Subject: p.Subject, Role: p.Role, Ref: p.Ref, First: p.First, Last: p.Last, Seat: p.Wish,
		Closed: p.Closed, Roster: p.Roster, Cap: p.Cap}
}

func (p *pass) seal() *room.Seal { return &room.Seal{Name: p.Name, Seat: p.Seat, Gen: p.Gen} }

// sealed is the pass with the room's latest seal.
func (p pass) sealed(s room.Seal) pass {
	p.Name, p.Seat, p.Gen = s.Name, s.Seat, s.Gen
	return p
}

// late tells whether it is too late to come in anew: the invitation has ended,
// and there is no seat to come back to.
func (p *pass) late(now time.Time) bool {
	return p.Seat < 0 && p.Invited != 0 && now.Unix() >= p.Invited
}

// revocable are the ids under which this person may have been called back.
func (p *pass) revocable() []string {
	ids := []string{"sub:" + string(p.Subject), "iss:" + p.Issuer}
	if p.Token != "" {
		ids = append(ids, "jti:"+p.Token)
	}
	return ids
}

// tickets seals and opens passes: AES-256-GCM (NIST SP 800-38D) with random
// nonces, so one cluster key is good for 2^32 tickets. Safe for concurrent use.
type tickets struct{ aead cipher.AEAD }

func newTickets(cluster []byte) (*tickets, error) {
	key, err := derive(cluster, "hearth ticket 1")
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("signaling: ticket cipher: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("signaling: ticket cipher: %w", err)
	}
	return &tickets{aead}, nil
}

// seal makes a ticket of a pass.
func (t *tickets) seal(p pass) string {
	nonce := make([]byte, t.aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails since Go 1.24
	return t.sealWith(nonce, p)
}

// sealWith is base64url of version, nonce and sealed pass; the version is
// authenticated too.
func (t *tickets) sealWith(nonce []byte, p pass) string {
	plain, err := json.Marshal(p)
	if err != nil {
		panic("signaling: a pass is always encodable")
	}
	out := append([]byte{ticketVersion}, nonce...)
	out = t.aead.Seal(out, nonce, plain, []byte{ticketVersion})
	return base64.RawURLEncoding.EncodeToString(out)
}

// open returns the pass of a genuine ticket, also of one that has ended. Any
// other is errTicket, whatever is wrong with it.
func (t *tickets) open(s string) (*pass, error) {
	if len(s) > maxTicket {
		return nil, errTicket
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	head := 1 + t.aead.NonceSize()
	if err != nil || len(raw) < head || raw[0] != ticketVersion {
		return nil, errTicket
	}
	plain, err := t.aead.Open(nil, raw[1:head], raw[head:], raw[:1])
	if err != nil {
		return nil, errTicket
	}
	var p pass
	if json.Unmarshal(plain, &p) != nil {
		return nil, errTicket
	}
	return &p, nil
}
