package presence

import (
	"context"
	"embed"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"hearth/room"
)

//go:embed lua/*.lua
var lua embed.FS

// The scripts. Each file says what its keys, arguments and answers are.
var (
	claimScript   = script("fence", "take", "claim")
	stealScript   = script("fence", "take", "steal")
	renewScript   = script("fence", "renew")
	touchScript   = script("touch")
	seatScript    = script("fence", "seats", "seat")
	removeScript  = script("fence", "seats", "remove")
	liftScript    = script("fence", "lift")
	releaseScript = script("fence", "release")
	endScript     = script("fence", "seats", "end")
	revokeScript  = script("revoke")
	nodesScript   = script("nodes")
	pingScript    = script("ping")
)

// script joins files: Lua in Redis cannot include.
func script(names ...string) *redis.Script {
	var source []byte
	for _, name := range names {
		part, err := lua.ReadFile("lua/" + name + ".lua")
		if err != nil {
			panic(err) // the files are part of the binary
		}
		source = append(source, part...)
	}
	return redis.NewScript(string(source))
}

// run runs a script and returns what follows the OK of its answer. The words
// of refusal come back as errors.
func (s *Store) run(ctx context.Context, op string, sc *redis.Script, keys []string, args ...any) ([]any, error) {
	var reply []any
	err := s.call(ctx, op, func(ctx context.Context) (err error) {
		reply, err = sc.Run(ctx, s.client, keys, args...).Slice()
		return err
	})
	if err != nil {
		return nil, err
	}
	rest, err := answer(op, reply)
	switch {
	case errors.Is(err, ErrCorrupt):
		s.stats.garbage.Add(1)
	case errors.Is(err, room.ErrStale):
		s.stats.stale.Add(1)
	}
	return rest, err
}

// answer reads the answer of a script.
func answer(op string, reply []any) ([]any, error) {
	if len(reply) == 0 {
		return nil, fmt.Errorf("presence: %s: %w", op, ErrCorrupt)
	}
	switch reply[0] {
	case "OK":
		return reply[1:], nil
	case "OWNED":
		return nil, ownedBy(op, reply[1:])
	case "STALE":
		return nil, fmt.Errorf("presence: %s: %w", op, room.ErrStale)
	case "LAPSED":
		return nil, lapsed(op)
	case "FULL":
		return nil, fmt.Errorf("presence: %s: %w", op, room.ErrFull)
	case "TAKEN":
		return nil, fmt.Errorf("presence: %s: %w", op, room.ErrTaken)
	case "REMOVED":
		return nil, fmt.Errorf("presence: %s: %w", op, room.ErrRemoved)
	}
	return nil, corrupt(op, reply)
}

// corrupt names the key of the room that cannot be read, not what is in it.
func corrupt(op string, reply []any) error {
	if len(reply) == 2 && reply[0] == "CORRUPT" {
		switch key := reply[1]; key {
		case "owner", "fence", "seats", "info", "rules", "removed":
			return fmt.Errorf("presence: %s: %s: %w", op, key, ErrCorrupt)
		}
	}
	return fmt.Errorf("presence: %s: %w", op, ErrCorrupt)
}

// ownedBy reads who owns the room.
func ownedBy(op string, reply []any) error {
	if len(reply) != 3 {
		return fmt.Errorf("presence: %s: %w", op, ErrCorrupt)
	}
	node, _ := reply[0].(string)
	url, _ := reply[1].(string)
	epoch, err := wholeNumber(reply[2])
	if err != nil {
		return fmt.Errorf("presence: %s: %w", op, err)
	}
	return fmt.Errorf("presence: %s: %w", op, room.Owned{Node: node, URL: url, Epoch: epoch})
}
