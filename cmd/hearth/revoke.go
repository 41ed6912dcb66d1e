package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"time"

	"hearth/room/presence"
	"hearth/signaling"
	"hearth/signaling/token"
)

// errRevoke wraps what is wrong with a call of "hearth revoke".
var errRevoke = errors.New("revoke")

// runRevoke calls invitations back: one by its jti, all of one person for one
// room by their sub, or all of an issuer. Every node refuses them from then on.
// Who sits in a room already stays; a facilitator removes them.
func runRevoke(ctx context.Context, cfg Config, args []string, stdout, stderr io.Writer) error {
	var jti, sub, roomID, issuer string
	f := flag.NewFlagSet("hearth revoke", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&jti, "jti", "", "one invitation, by its jti")
	f.StringVar(&sub, "sub", "", "all invitations of one person for -room, by their sub")
	f.StringVar(&roomID, "room", "", "the room of -sub")
	f.StringVar(&issuer, "issuer", "", "all invitations of an issuer; with -sub, who issued them ("+prefix+"TOKEN_ISSUER)")
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return fmt.Errorf("%w: %w", errRevoke, err)
	}
	if f.NArg() > 0 || cfg.RedisURL == "" {
		return fmt.Errorf("%w: set %sREDIS_URL, where the servers look, and give -jti, -sub with -room, or -issuer", errRevoke, prefix)
	}
	id, err := revocable(cfg, jti, sub, roomID, issuer)
	if err != nil {
		return err
	}
	store, err := presence.Open(ctx, presence.Config{URL: string(cfg.RedisURL), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer store.Close()
	// No invitation outlives its longest life, so no revocation has to.
	if err := store.Revoke(ctx, id, time.Now().Add(cfg.TokenLifetime+time.Hour)); err != nil {
		return fmt.Errorf("%w: Redis did not take it: %w", errRevoke, err)
	}
	_, err = fmt.Fprintln(stdout, "called back")
	return err
}

// revocable is the name of what is called back, as package signaling asks for
// it at hello.
func revocable(cfg Config, jti, sub, roomID, issuer string) (string, error) {
	switch {
	case jti != "" && sub == "" && roomID == "" && issuer == "":
		return "jti:" + jti, nil
	case sub != "" && jti == "" && token.ValidRoom(roomID):
		file, err := token.Load(cfg.KeyFile) // a key made now would hash to nobody
		if err != nil {
			return "", err
		}
		subjects, err := signaling.NewSubjects(file.Cluster[:])
		if err != nil {
			return "", err
		}
		if issuer == "" {
			issuer = cfg.TokenIssuer
		}
		return "sub:" + string(subjects.Of(issuer, roomID, sub)), nil
	case issuer != "" && jti == "" && sub == "" && roomID == "":
		return "iss:" + issuer, nil
	}
	return "", fmt.Errorf("%w: give one of -jti, -sub with -room, or -issuer", errRevoke)
}
