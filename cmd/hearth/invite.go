package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"hearth/signaling/token"
)

// invitation is what "hearth invite" is asked for.
type invitation struct {
	room, role, ref, name, group string
	count, hours, cap, seat      int
	first, last                  bool
	roster                       []string
}

// maxInvitations bounds one call.
const maxInvitations = 100

// errInvite wraps what is wrong with the flags of "hearth invite".
var errInvite = errors.New("invite")

// runInvite prints links, one a line, and nothing else on stdout. Every link
// is for another person: it has a random sub and a random jti.
func runInvite(cfg Config, args []string, stdout, stderr io.Writer) error {
	inv, err := parseInvitation(cfg, args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	if cfg.PublicURL == "" {
		return fmt.Errorf("%w: set %sPUBLIC_URL, the address that the links begin with", errInvite, prefix)
	}
	signer, _, err := openSigner(cfg)
	if err != nil {
		return err
	}
	links, err := inv.links(cfg.PublicURL, signer, time.Now())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, strings.Join(links, "\n"))
	return err
}

func parseInvitation(cfg Config, args []string, stderr io.Writer) (invitation, error) {
	inv := invitation{}
	var roster string
	f := flag.NewFlagSet("hearth invite", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&inv.room, "room", "", "room: 1-64 of A-Z a-z 0-9 _ - (required)")
	f.StringVar(&inv.role, "role", "", "patient, facilitator, support (interpreter, captioner) or host (technical helper at the door, without sound or picture) (required)")
	f.IntVar(&inv.count, "count", 1, "how many people; with -roster, as many as it has")
	f.IntVar(&inv.hours, "hours", min(4, int(cfg.TokenLifetime/time.Hour)), "hours from now that the links work")
	f.StringVar(&inv.ref, "ref", "", "clinic reference that only facilitators see; for one link")
	f.StringVar(&inv.name, "name", "", "pseudonym to suggest; for one link")
	f.StringVar(&inv.group, "group", token.GroupOpen, "open, or closed: only the people on the roster")
	f.StringVar(&roster, "roster", "", "ids of a closed group's members, separated by commas; a patient's link for each. Without it, -count new members")
	f.IntVar(&inv.cap, "cap", 0, fmt.Sprintf("patients in this room, 1 to %d; the server's own number without it", token.MaxCap))
	f.BoolVar(&inv.first, "first", false, "the person's first session in this group: facilitators see it")
	f.BoolVar(&inv.last, "last", false, "a patient's last session in this group: facilitators see it, and the access ends with the session")
	f.IntVar(&inv.seat, "seat", token.NoSeat, fmt.Sprintf("the seat the person always has, 0 to %d; for one link", token.MaxSeats-1))
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return inv, err
		}
		return inv, fmt.Errorf("%w: %w", errInvite, err)
	}
	inv.roster = commas(roster)
	return inv, inv.check(cfg, f)
}

// check says what is wrong in words; Mint checks again.
func (inv *invitation) check(cfg Config, f *flag.FlagSet) error {
	given := map[string]bool{}
	f.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if inv.role == token.RolePatient && len(inv.roster) > 0 && !given["count"] {
		inv.count = len(inv.roster)
	}
	longest := int(cfg.TokenLifetime / time.Hour)
	for _, c := range []struct {
		wrong bool
		text  string
	}{
		{f.NArg() > 0, "there is an argument too many"},
		{!token.ValidRoom(inv.room), "-room has to be 1 to 64 of A-Z a-z 0-9 _ -"},
		{!token.ValidRole(inv.role), "-role has to be patient, facilitator, support or host"},
		{inv.count < 1 || inv.count > maxInvitations, fmt.Sprintf("-count has to be 1 to %d", maxInvitations)},
		{inv.hours < 1 || inv.hours > longest, fmt.Sprintf("-hours has to be 1 to %d (%sTOKEN_LIFETIME)", longest, prefix)},
		{given["cap"] && (inv.cap < 1 || inv.cap > token.MaxCap), fmt.Sprintf("-cap has to be 1 to %d", token.MaxCap)},
		{inv.count > 1 && inv.ref != "", "-ref is one person's: use it with -count 1"},
		{inv.count > 1 && inv.name != "", "-name is one person's: use it with -count 1"},
		{inv.count > 1 && given["seat"], "-seat is one person's: use it with -count 1"},
		{given["seat"] && (inv.seat < 0 || inv.seat >= token.MaxSeats), fmt.Sprintf("-seat has to be 0 to %d", token.MaxSeats-1)},
		{given["seat"] && inv.role == token.RoleHost, "-seat is for who sits: a host has no seat"},
		{inv.last && inv.role != token.RolePatient, "-last is a patient's"},
		{inv.group != token.GroupOpen && inv.group != token.GroupClosed, "-group has to be open or closed"},
		{inv.group == token.GroupOpen && given["roster"], "-roster needs -group closed"},
		{inv.group == token.GroupClosed && inv.role == token.RolePatient && inv.count > token.MaxCap,
			fmt.Sprintf("a closed group has at most %d members", token.MaxCap)},
		{inv.role == token.RolePatient && len(inv.roster) > 0 && inv.count != len(inv.roster),
			"-roster makes a link for each member: leave -count out"},
	} {
		if c.wrong {
			return fmt.Errorf("%w: %s", errInvite, c.text)
		}
	}
	return nil
}

// links mints them all before the first is shown.
func (inv *invitation) links(publicURL string, signer *token.Signer, now time.Time) ([]string, error) {
	var links []string
	for _, c := range inv.claims(now) {
		raw, err := signer.Mint(c)
		if err != nil {
			return nil, fmt.Errorf("%w: a value is too long or has characters that are not allowed: %w", errInvite, err)
		}
		links = append(links, publicURL+"/#"+raw)
	}
	return links, nil
}

func (inv *invitation) claims(now time.Time) []token.Claims {
	list := make([]token.Claims, inv.count)
	for i := range list {
		c := token.NewClaims(inv.room, inv.role, now.Add(time.Duration(inv.hours)*time.Hour))
		c.Ref, c.Name, c.Group, c.Cap = inv.ref, inv.name, inv.group, inv.cap
		c.First, c.Last, c.Seat = inv.first, inv.last, inv.seat
		list[i] = c
	}
	if inv.group == token.GroupClosed {
		inv.close(list)
	}
	return list
}

// close gives the invitations of a closed group its roster. Patients are its
// members, one each; without a roster they are new members.
func (inv *invitation) close(list []token.Claims) {
	roster := slices.Clone(inv.roster)
	if len(roster) == 0 && inv.role == token.RolePatient {
		for _, c := range list {
			roster = append(roster, c.Subject)
		}
	}
	for i := range list {
		list[i].Roster = roster
		if inv.role == token.RolePatient {
			list[i].Subject = roster[i]
		}
	}
}
