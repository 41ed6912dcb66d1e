package main

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Bounds and defaults of a simulation.
const (
	maxSimulated  = 50_000 // rooms, of Redis
	maxControlled = 2_000  // rooms, of a node
	maxNodes      = 1_000
	maxEvents     = 600 // a minute
	maxCommands   = 600 // a minute
	minTimeout    = 50 * time.Millisecond
	maxTimeout    = time.Minute
)

// simulatedBy are the flags that a simulation takes, onlySimulated those that
// nothing else does.
var (
	onlySimulated = []string{"redis", "append", "nodes", "events", "commands", "timeout"}
	simulatedBy   = append([]string{"simulate", "rooms", "participants", "duration", "json", "quiet"}, onlySimulated...)
)

// simulationFlags are the flags of -simulate.
func (o *options) simulationFlags(f *flag.FlagSet) {
	f.Var(&o.simulate, "simulate", "no server at all: what many rooms cost Redis (redis, or nothing after it), or what their commands cost one node without media (node)")
	f.StringVar(&o.redis, "redis", "", "with -simulate, the Redis to use: redis://, rediss:// or unix://. It writes under keys of its own and deletes them. By default one is started")
	f.BoolVar(&o.appendOnly, "append", false, "with -simulate, let the Redis that is started write its append-only file, as deploy/ has it")
	f.IntVar(&o.nodes, "nodes", 50, fmt.Sprintf("with -simulate=redis, the nodes that own the rooms, 1 to %d", maxNodes))
	f.Float64Var(&o.events, "events", 4, fmt.Sprintf("with -simulate=redis, what happens in each room a minute besides renewals, 0 to %d", maxEvents))
	f.DurationVar(&o.timeout, "timeout", 300*time.Millisecond, "with -simulate, how long Redis may take for one answer, 50ms to 1m; a server's rooms wait 300ms")
	f.Float64Var(&o.commands, "commands", 30, fmt.Sprintf("with -simulate=node, commands of each person a minute, 0 to %d", maxCommands))
}

// simulationDefaults fill in what has another default than in a run against a server.
func (o *options) simulationDefaults(given []string) {
	rooms := 10_000
	if o.simulate == simulateNode {
		rooms = 200
	}
	for name, set := range map[string]func(){
		"rooms":        func() { o.rooms = rooms },
		"participants": func() { o.participants = 14 },
		"duration":     func() { o.duration = time.Minute },
	} {
		if !slices.Contains(given, name) {
			set()
		}
	}
}

// checkSimulation says what is wrong, the first of all.
func (o *options) checkSimulation(given []string, rest int) error {
	most := maxSimulated
	if o.simulate == simulateNode {
		most = maxControlled
	}
	for _, name := range given {
		if !slices.Contains(simulatedBy, name) {
			return fmt.Errorf("%w: -simulate has no server to use -%s with", errUsage, name)
		}
	}
	return firstWrong([]wrong{
		{rest > 0, "there is an argument too many; see hearth-load -help"},
		{outside(o.rooms, 1, most), fmt.Sprintf("-rooms has to be 1 to %d", most)},
		{outside(o.participants, minParticipants, maxParticipants), fmt.Sprintf("-participants has to be %d to %d", minParticipants, maxParticipants)},
		{outside(o.duration, renewEvery, maxDuration), "-duration has to be 2s to 4h"},
		{outside(o.nodes, 1, maxNodes), fmt.Sprintf("-nodes has to be 1 to %d", maxNodes)},
		{!(o.events >= 0 && o.events <= maxEvents), fmt.Sprintf("-events has to be 0 to %d a minute", maxEvents)},
		{!(o.commands >= 0 && o.commands <= maxCommands), fmt.Sprintf("-commands has to be 0 to %d a minute", maxCommands)},
		{outside(o.timeout, minTimeout, maxTimeout), "-timeout has to be 50ms to 1m"},
		{o.redis != "" && !redisURL(o.redis), "-redis has to be like redis://127.0.0.1:6379 or unix:///run/redis.sock: one server, no Cluster and no Sentinel"},
		{o.redis != "" && o.appendOnly, "-append is for the Redis that is started here"},
	})
}

// redisURL says whether a URL is of one Redis server.
func redisURL(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.RawQuery != "" || u.Fragment != "" || strings.Contains(u.Host, ",") {
		return false
	}
	if u.Scheme == "unix" {
		return u.Host == "" && len(u.Path) > 1
	}
	return (u.Scheme == "redis" || u.Scheme == "rediss") && u.Hostname() != ""
}

// privateRedis refuses a Redis that others could own.
func (o *options) privateRedis(ctx context.Context) error {
	if o.redis == "" || strings.HasPrefix(o.redis, "unix:") {
		return nil
	}
	if err := privateOrigin(ctx, o.redis); err != nil {
		return fmt.Errorf("-redis: %w", err)
	}
	return nil
}
