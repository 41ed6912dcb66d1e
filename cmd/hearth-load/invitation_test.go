package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hearth/signaling/token"
)

func keyFile(t *testing.T) (path string, key token.KeyFile) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "keys", "key")
	key, err := token.LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, key
}

func TestMinted(t *testing.T) {
	path, key := keyFile(t)
	signer, err := token.NewSigner(token.SignerConfig{Key: key.Signing, Issuer: "clinic", Audience: "us"})
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := token.NewVerifier(token.Config{Issuer: "clinic", Audience: "us", Keys: []token.Key{signer.Public()}, MaxLifetime: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	defer verifier.Close()
	rooms, err := invitations(&options{keyFile: path, issuer: "clinic", audience: "us", rooms: 2, participants: maxParticipants})
	if err != nil || len(rooms) != 2 {
		t.Fatal(len(rooms), err)
	}
	seen, roles := map[string]bool{}, map[string]int{}
	for _, room := range rooms {
		for slot, p := range room {
			raw, err := p.token()
			if err != nil {
				t.Fatal(err)
			}
			c, err := verifier.Verify(t.Context(), raw)
			if err != nil {
				t.Fatal(err)
			}
			if c.Role != p.role || slot == 0 != (c.Role == token.RoleFacilitator) && slot != maxParticipants-1 {
				t.Errorf("slot %d is %s and %s", slot, p.role, c.Role)
			}
			seen[c.Subject], seen[c.Room] = true, true
			roles[c.Role]++
			again, _ := p.token()
			if d, err := verifier.Verify(t.Context(), again); err != nil || d.Subject != c.Subject || d.ID == c.ID {
				t.Errorf("again: %v, %v", d, err)
			}
		}
	}
	if len(seen) != 2*maxParticipants+2 {
		t.Errorf("%d different people and rooms", len(seen))
	}
	if roles["patient"] != 30 || roles["support"] != 4 || roles["facilitator"] != 4 {
		t.Errorf("%v", roles)
	}
}

func TestLinked(t *testing.T) {
	link := func(room, role string) string {
		_, key := keyFile(t)
		s, err := token.NewSigner(token.SignerConfig{Key: key.Signing, Issuer: "hearth", Audience: "hearth"})
		if err != nil {
			t.Fatal(err)
		}
		raw, err := s.Mint(token.NewClaims(room, role, time.Now().Add(time.Hour)))
		if err != nil {
			t.Fatal(err)
		}
		return "http://localhost:8080/#" + raw
	}
	p1, f1, p2, f2 := link("one", "patient"), link("one", "facilitator"), link("two", "patient"), link("two", "facilitator")
	write := func(lines ...string) string { return writeFile(t, strings.Join(lines, "\n")) }
	o := options{links: write("# two rooms", p1, "", f2, f1, p2, p2)}
	rooms, err := invitations(&o)
	if err != nil || len(rooms) != 2 || len(rooms[0]) != 2 || len(rooms[1]) != 3 || o.url != "http://localhost:8080" {
		t.Fatalf("%d rooms, %v", len(rooms), err)
	}
	for i, first := range []string{f1, f2} {
		if raw, _ := rooms[i][0].token(); rooms[i][0].role != "facilitator" || !strings.HasSuffix(first, raw) {
			t.Errorf("room %d does not begin with its facilitator", i)
		}
	}
	o.sized, o.rooms, o.participants = true, 1, 2
	if rooms, err = invitations(&o); err != nil || len(rooms) != 1 {
		t.Errorf("cut to one: %d rooms, %v", len(rooms), err)
	}
	for name, path := range map[string]string{
		"none":            write("# nothing"),
		"no facilitator":  write(p1, p1),
		"alone":           write(f1),
		"no link":         write(f1, "hello"),
		"no invitation":   write(f1, "http://localhost:8080/#a.b.c"),
		"another server":  write(f1, strings.Replace(p1, "localhost", "127.0.0.1", 1)),
		"a very long one": write(strings.Repeat("x", maxLine+1)),
		"no file":         filepath.Join(t.TempDir(), "none"),
		"too many people": write(append([]string{f1}, strings.Split(strings.Repeat(p1+"\n", maxParticipants), "\n")...)...),
	} {
		_, err := invitations(&options{links: path})
		if !errors.Is(err, errLinks) {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), "eyJ") || strings.Contains(err.Error(), path) {
			t.Errorf("%s: the error shows too much", name)
		}
	}
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "links")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
