package main

import (
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"hearth/signaling/token"
)

// invited runs the command and verifies what it printed.
func invited(t *testing.T, cfg Config, args string) []token.Claims {
	t.Helper()
	var stdout, stderr strings.Builder
	if err := runInvite(cfg, strings.Fields(args), &stdout, &stderr); err != nil {
		t.Fatalf("%s: %v %s", args, err, stderr.String())
	}
	if stderr.Len() > 0 {
		t.Errorf("%s: stderr says %q", args, stderr.String())
	}
	k, err := openKeys(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer k.verifier.Close()
	var list []token.Claims
	for line := range strings.Lines(stdout.String()) {
		raw, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "http://localhost:8080/#")
		c, err := k.verifier.Verify(t.Context(), raw)
		if !ok || err != nil {
			t.Fatalf("%s: line %q: %v %s", args, line, err, token.Reason(err))
		}
		list = append(list, c)
	}
	return list
}

func TestInvite(t *testing.T) {
	list := invited(t, keyConfig(t), "--room tuesday-4 --role patient --count 12 --hours 2 --cap 8")
	if len(list) != 12 {
		t.Fatalf("%d links", len(list))
	}
	seen := map[string]bool{}
	for _, c := range list {
		if seen[c.Subject] || seen[c.ID] || len(c.Subject) < 22 || len(c.ID) < 22 {
			t.Errorf("sub %q or jti %q is not random", c.Subject, c.ID)
		}
		seen[c.Subject], seen[c.ID] = true, true
		life := time.Until(c.Expires)
		if c.Room != "tuesday-4" || c.Role != "patient" || c.Cap != 8 || c.Seat != token.NoSeat || c.Group != "open" ||
			life > 2*time.Hour || life < 2*time.Hour-time.Minute {
			t.Errorf("%#v", c)
		}
	}
}

func TestInviteOne(t *testing.T) {
	cfg := keyConfig(t)
	c := invited(t, cfg, "-room R -role facilitator -ref G7-3 -name Maple")[0]
	if c.Role != "facilitator" || c.Ref != "G7-3" || c.Name != "Maple" {
		t.Errorf("%#v", c)
	}
	cfg.TokenLifetime = time.Hour
	if c := invited(t, cfg, "-room R -role support")[0]; time.Until(c.Expires) > time.Hour {
		t.Errorf("open for longer than the server allows: %v", c.Expires)
	}
}

// What the clinic knows of one person (S-26, M-W1), and a helper at the door
// (S-6).
func TestInviteMarks(t *testing.T) {
	cfg := keyConfig(t)
	if c := invited(t, cfg, "-room R -role patient -first -seat 0")[0]; !c.First || c.Last || c.Seat != 0 {
		t.Errorf("%#v", c)
	}
	for _, c := range invited(t, cfg, "-room R -role patient -last -count 2") {
		if c.First || !c.Last || c.Seat != token.NoSeat {
			t.Errorf("%#v", c)
		}
	}
	if c := invited(t, cfg, "-room R -role host -ref S-2")[0]; c.Role != token.RoleHost || c.Ref != "S-2" || c.First || c.Last {
		t.Errorf("%#v", c)
	}
}

func TestInviteClosedGroup(t *testing.T) {
	cfg := keyConfig(t)
	list := invited(t, cfg, "--room R --role patient --group closed --count 3")
	for i, c := range list {
		if c.Group != "closed" || len(c.Roster) != 3 || c.Roster[i] != c.Subject {
			t.Errorf("new members: %#v", c)
		}
	}
	list = invited(t, cfg, "--room R --role patient --group closed --roster p-1,p-2")
	if len(list) != 2 || list[0].Subject != "p-1" || list[1].Subject != "p-2" || !slices.Equal(list[1].Roster, []string{"p-1", "p-2"}) {
		t.Errorf("known members: %#v", list)
	}
	list = invited(t, cfg, "--room R --role facilitator --group closed --roster p-1,p-2")
	if len(list) != 1 || slices.Contains(list[0].Roster, list[0].Subject) || len(list[0].Roster) != 2 {
		t.Errorf("the facilitator: %#v", list)
	}
}

func TestInviteRefuses(t *testing.T) {
	cfg := keyConfig(t)
	for _, args := range []string{
		"", "--room R", "--role patient", "--room a/b --role patient", "--room R --role owner", "--room R --role patient extra",
		"--room R --role patient --count 0", "--room R --role patient --count 101", "--room R --role patient --count x",
		"--room R --role patient --hours 0", "--room R --role patient --hours 25", "--room R --role patient --cap 16",
		"--room R --role patient --cap 0", "--room R --role patient --count 2 --ref X", "--room R --role patient --count 2 --name X",
		"--room R --role patient --group half", "--room R --role patient --roster a,b", "--room R --role patient --unknown 1",
		"--room R --role patient --group closed --roster a,a", "--room R --role patient --group closed --count 16",
		"--room R --role patient --group closed --roster a,b --count 3", "--room R --role facilitator --last", "--room R --role host --last", "--room R --role patient --seat 20", "--room R --role patient --seat -1",
		"--room R --role patient --seat 1 --count 2", "--room R --role host --seat 1", "--room R --role patient --last=maybe", "--room R --role patient --ref " + strings.Repeat("x", 65),
	} {
		var stdout, stderr strings.Builder
		if err := runInvite(cfg, strings.Fields(args), &stdout, &stderr); !errors.Is(err, errInvite) || stdout.Len() > 0 {
			t.Errorf("%q: %v, stdout %q", args, err, stdout.String())
		}
	}
	cfg.PublicURL = ""
	if err := runInvite(cfg, strings.Fields("--room R --role patient"), &strings.Builder{}, &strings.Builder{}); !errors.Is(err, errInvite) {
		t.Errorf("without a public URL: %v", err)
	}
}

func TestInviteHelp(t *testing.T) {
	var stdout, stderr strings.Builder
	if err := runInvite(keyConfig(t), []string{"-help"}, &stdout, &stderr); err != nil || stdout.Len() > 0 || !strings.Contains(stderr.String(), "-roster") {
		t.Errorf("%v %q %q", err, stdout.String(), stderr.String())
	}
}
