package main

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// simulation is what -simulate measures instead of a running server.
type simulation string

// The simulations. The zero value is none: participants join a real server.
const (
	simulateRedis simulation = "redis" // what rooms cost Redis
	simulateNode  simulation = "node"  // what rooms cost a node, media apart
)

var errSimulation = errors.New("want redis or node")

// String is the simulation's name.
func (s *simulation) String() string { return string(*s) }

// Set reads a name; -simulate alone is redis.
func (s *simulation) Set(name string) error {
	switch name {
	case "true", string(simulateRedis):
		*s = simulateRedis
	case string(simulateNode):
		*s = simulateNode
	default:
		return errSimulation
	}
	return nil
}

// IsBoolFlag lets -simulate stand alone.
func (s *simulation) IsBoolFlag() bool { return true }

// outcome is what a simulation found.
type outcome interface {
	write(w io.Writer, asJSON bool) error
	complete() bool
}

// simulate runs a simulation against the Redis given, or one of its own, and
// returns the program's exit code.
func simulate(ctx context.Context, o options, stdout, stderr io.Writer) int {
	found, err := simulated(ctx, o, stderr)
	if err != nil {
		fmt.Fprintf(stderr, "hearth-load: %v\n", err)
		return 1
	}
	if err := found.write(stdout, o.json); err != nil || !found.complete() {
		return 1
	}
	return 0
}

func simulated(ctx context.Context, o options, stderr io.Writer) (outcome, error) {
	target := o.redis
	if target == "" {
		own, err := startRedis(ctx, o.appendOnly)
		if err != nil {
			return nil, err
		}
		defer own.stop()
		target = own.url
	}
	if o.simulate == simulateNode {
		return newNodeRun(o, target, stderr).run(ctx)
	}
	return newPresenceRun(o, target, stderr).run(ctx)
}
