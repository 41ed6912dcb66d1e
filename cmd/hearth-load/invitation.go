package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"hearth/signaling/token"
)

// Bounds of a file of links.
const (
	maxLinksFile = 4 << 20 // bytes
	maxLine      = token.MaxSize + 1024
)

// tokenLife is how long a minted invitation works. One is minted for each
// join, so that a run may be longer; every server allows an hour.
const tokenLife = time.Hour

// supportSeats is how many seats for support a room may have.
const supportSeats = 2

// invited is one person who may come in.
type invited struct {
	role  string
	token func() (string, error) // a valid invitation, now; the same person each time
}

// errLinks is wrapped by what is wrong with a file of links.
var errLinks = errors.New("links")

// invitations are the people of each room, a facilitator first. With links
// they complete the options.
func invitations(o *options) ([][]invited, error) {
	if o.keyFile != "" {
		return minted(o)
	}
	origin, rooms, err := linked(o.links)
	if err != nil {
		return nil, err
	}
	if o.url == "" {
		o.url = origin
	}
	if o.sized {
		rooms = rooms[:min(len(rooms), o.rooms)]
		for i := range rooms {
			rooms[i] = rooms[i][:min(len(rooms[i]), o.participants)]
		}
	}
	return rooms, checkRooms(rooms)
}

// checkRooms bounds what links ask for.
func checkRooms(rooms [][]invited) error {
	people := 0
	for _, r := range rooms {
		if r[0].role != token.RoleFacilitator {
			return fmt.Errorf("%w: a room has no facilitator's link", errLinks)
		}
		if outside(len(r), minParticipants, maxParticipants) {
			return fmt.Errorf("%w: a room has to have %d to %d people", errLinks, minParticipants, maxParticipants)
		}
		people += len(r)
	}
	if outside(len(rooms), 1, maxRooms) || people > maxPeople {
		return fmt.Errorf("%w: 1 to %d rooms and %d people in all can be had", errLinks, maxRooms, maxPeople)
	}
	return nil
}

// minted are rooms of people whose invitations this program signs itself.
func minted(o *options) ([][]invited, error) {
	file, err := token.Load(o.keyFile)
	if err != nil {
		return nil, err
	}
	signer, err := token.NewSigner(token.SignerConfig{Key: file.Signing, Issuer: o.issuer, Audience: o.audience})
	if err != nil {
		return nil, err
	}
	rooms := make([][]invited, o.rooms)
	run := strings.ToLower(token.NewID()[:8])
	for i := range rooms {
		room := fmt.Sprintf("load-%s-%d", run, i+1)
		for slot := range o.participants {
			rooms[i] = append(rooms[i], mintedFor(signer, room, roleOf(slot)))
		}
	}
	return rooms, nil
}

func mintedFor(signer *token.Signer, room, role string) invited {
	person := token.NewID()
	return invited{role, func() (string, error) {
		c := token.NewClaims(room, role, time.Now().Add(tokenLife))
		c.Subject = person
		return signer.Mint(c)
	}}
}

// roleOf fills a room in the order of its seats' worth.
func roleOf(slot int) string {
	switch {
	case slot == 0 || slot > token.MaxCap+supportSeats:
		return token.RoleFacilitator
	case slot <= token.MaxCap:
		return token.RolePatient
	}
	return token.RoleSupport
}

// linked are rooms of people whose links are in a file, and the origin they are
// all for. Lines that are empty or begin with # are skipped.
func linked(path string) (origin string, rooms [][]invited, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", nil, fmt.Errorf("%w: the file cannot be read", errLinks)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() > maxLinksFile {
		return "", nil, fmt.Errorf("%w: the file is too large", errLinks)
	}
	var order []string
	byRoom := map[string][]invited{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		from, room, who, err := parseLink(line)
		switch {
		case err != nil:
			return "", nil, fmt.Errorf("%w: line %d: %w", errLinks, n, err)
		case origin != "" && from != origin:
			return "", nil, fmt.Errorf("%w: line %d is for another server than the ones before", errLinks, n)
		}
		if origin = from; byRoom[room] == nil {
			order = append(order, room)
		}
		byRoom[room] = append(byRoom[room], who)
	}
	if err := lines.Err(); err != nil {
		return "", nil, fmt.Errorf("%w: a line is too long", errLinks)
	}
	for _, room := range order {
		rooms = append(rooms, facilitatorFirst(byRoom[room]))
	}
	return origin, rooms, nil
}

// parseLink reads https://host/#TOKEN. The token's signature is the server's to
// check; only where it leads is read here.
func parseLink(line string) (origin, room string, who invited, err error) {
	base, raw, found := strings.Cut(line, "#")
	origin = originOf(base)
	parts := strings.Split(raw, ".")
	if !found || origin == "" || len(parts) != 3 {
		return "", "", invited{}, errors.New("not a link such as https://host/#TOKEN")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct{ Room, Role string }
	if err != nil || json.Unmarshal(payload, &claims) != nil || claims.Room == "" || claims.Role == "" {
		return "", "", invited{}, errors.New("not an invitation")
	}
	return origin, claims.Room, invited{claims.Role, func() (string, error) { return raw, nil }}, nil
}

// facilitatorFirst puts one facilitator before all others.
func facilitatorFirst(people []invited) []invited {
	i := slices.IndexFunc(people, func(p invited) bool { return p.role == token.RoleFacilitator })
	if i > 0 {
		people[0], people[i] = people[i], people[0]
	}
	return people
}
