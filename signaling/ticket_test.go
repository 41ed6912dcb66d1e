package signaling

import (
	"bytes"
	"encoding/base64"
	"reflect"
	"strings"
	"testing"

	"hearth/room"
)

func testTickets(t testing.TB, key byte) *tickets {
	t.Helper()
	ts, err := newTickets(bytes.Repeat([]byte{key}, KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return ts
}

var fullPass = pass{
	Link: "link", Run: "run", Room: "blue", Subject: "00112233445566778899aabbccddeeff", Role: room.Facilitator,
	Ref: "K-12", First: true, Wish: 3, Closed: true, Roster: []room.Subject{"a", "b"}, Cap: 8, Suggest: "Ada",
	Issuer: "clinic", Token: "jti", Ends: 1767225600, Name: "Ada", Seat: 2, Gen: 1 << 60,
}

func TestTicketRoundTrip(t *testing.T) {
	ts := testTickets(t, 1)
	sealed := ts.seal(fullPass)
	got, err := ts.open(sealed)
	if err != nil || !reflect.DeepEqual(*got, fullPass) {
		t.Fatalf("opened %+v, %v", got, err)
	}
	if sealed == ts.seal(fullPass) {
		t.Error("two tickets of one pass are equal")
	}
	raw, _ := base64.RawURLEncoding.DecodeString(sealed)
	for _, secret := range []string{"Ada", "K-12", "blue", "clinic"} {
		if bytes.Contains(raw, []byte(secret)) {
			t.Errorf("a ticket shows %q", secret)
		}
	}
}

// The largest person there can be still fits into a hello.
func TestTicketFitsIntoHello(t *testing.T) {
	p := fullPass
	p.Roster = nil
	for range 20 {
		p.Roster = append(p.Roster, fullPass.Subject)
	}
	p.Room, p.Ref, p.Suggest, p.Token = strings.Repeat("r", 64), strings.Repeat("ü", 64), strings.Repeat("漢", 64), strings.Repeat("j", 64)
	p.Name, p.Issuer = strings.Repeat("漢", 170), strings.Repeat("i", 512)
	sealed := testTickets(t, 1).seal(p)
	if len(sealed) > maxTicket || len(sealed)+100 > maxHello {
		t.Errorf("a ticket of %d characters", len(sealed))
	}
}

func TestTicketRefused(t *testing.T) {
	ts := testTickets(t, 1)
	good := ts.seal(fullPass)
	flipped := []byte(good)
	flipped[len(flipped)/2] ^= 1
	for name, s := range map[string]string{
		"empty": "", "not base64": "!!!", "short": "AQ", "another key": testTickets(t, 2).seal(fullPass),
		"another version": "Ag" + good[2:], "flipped": string(flipped), "cut": good[:len(good)-4],
		"extended": good + "AAAA", "long": strings.Repeat("A", maxTicket+1), "padded": good + "=",
	} {
		if p, err := ts.open(s); err != errTicket || p != nil {
			t.Errorf("%s: opened %v, %v", name, p, err)
		}
	}
}

// While nodes are replaced one by one, tickets go from the old to the new and
// back: what a version does not know is not an error, what is missing is zero.
func TestTicketsOfNeighbouringVersions(t *testing.T) {
	ts := testTickets(t, 1)
	sealed := func(plain string) string {
		nonce := make([]byte, ts.aead.NonceSize())
		out := append([]byte{ticketVersion}, nonce...)
		return base64.RawURLEncoding.EncodeToString(ts.aead.Seal(out, nonce, []byte(plain), []byte{ticketVersion}))
	}
	later, err := ts.open(sealed(`{"l":"link","r":"blue","s":"00","o":"patient","w":-1,"i":"clinic","e":5,"a":3,"g":9,"new":{"of":["next","year"]}}`))
	if err != nil || later.Room != "blue" || later.Seat != 3 || later.Gen != 9 {
		t.Errorf("of a later version: %+v, %v", later, err)
	}
	earlier, err := ts.open(sealed(`{"l":"link","r":"blue","s":"00","o":"patient","w":-1,"i":"clinic","e":5,"a":3,"g":9}`))
	if err != nil || earlier.Run != "" || earlier.Last || earlier.person().Roster != nil {
		t.Errorf("of an earlier version: %+v, %v", earlier, err)
	}
	if _, err := ts.open(sealed(`["link"]`)); err != errTicket {
		t.Errorf("of none: %v", err)
	}
}

func TestSubjectsDifferByEveryPart(t *testing.T) {
	a, _ := NewSubjects(bytes.Repeat([]byte{1}, KeySize))
	b, _ := NewSubjects(bytes.Repeat([]byte{2}, KeySize))
	seen := map[room.Subject]bool{}
	for _, s := range []room.Subject{
		a.Of("i", "r", "s"), a.Of("ir", "", "s"), a.Of("i", "rs", ""), a.Of("i", "r", "t"), a.Of("i", "q", "s"), b.Of("i", "r", "s"),
	} {
		if len(s) != 32 || seen[s] {
			t.Errorf("subject %q is no hash of its own", s)
		}
		seen[s] = true
	}
	if again, _ := NewSubjects(bytes.Repeat([]byte{1}, KeySize)); again.Of("i", "r", "s") != a.Of("i", "r", "s") {
		t.Error("a subject changes")
	}
	if _, err := NewSubjects([]byte("short")); err == nil {
		t.Error("a short key is taken")
	}
}

func FuzzTicket(f *testing.F) {
	ts := testTickets(f, 1)
	good := ts.sealWith(make([]byte, ts.aead.NonceSize()), fullPass) // the same in every worker
	f.Add(good)
	f.Add(good[:40])
	f.Add("")
	genuine, _ := base64.RawURLEncoding.DecodeString(good)
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ts.open(s)
		if err == nil {
			raw, _ := base64.RawURLEncoding.DecodeString(s)
			if !bytes.Equal(raw, genuine) {
				t.Fatalf("a forged ticket opened: %+v", p)
			}
		} else if err != errTicket {
			t.Fatal("another error:", err)
		}
	})
}
