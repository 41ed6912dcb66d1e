// Command hearth is the Hearth server: an online room for group therapy.
// "hearth -help" lists what it can do and all its settings.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// gcPercent is how much garbage a server gathers, of what lives, before it
// collects; Go's own is 100. A packet on its way makes none: a full circle was
// collected less than once a minute with 50. So memory can stay near what people
// need. GOGC, where it is set, goes before it.
const gcPercent = 25

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}

// run is the whole program but for the process around it. It returns the exit
// code: 1 when something did not work, 2 when it was called wrongly.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
	command := "serve"
	if len(args) > 0 && args[0] != "" && args[0][0] != '-' {
		command, args = args[0], args[1:]
	}
	if wantsHelp(args) && command != "invite" && command != "revoke" {
		usage(stdout)
		return 0
	}
	keys, known := commandKeys[command]
	if !known {
		fmt.Fprintf(stderr, "hearth: there is no command of this name; see hearth -help\n")
		return 2
	}
	cfg, rest, err := LoadConfig(args, environ, keys)
	if err != nil {
		fmt.Fprintf(stderr, "hearth does not start:\n%v\n", err)
		return 2
	}
	if err := runCommand(ctx, command, cfg, rest, stdout, stderr); err != nil {
		fmt.Fprintf(stderr, "hearth: %v\n", err)
		return 1
	}
	return 0
}

// commandKeys are the settings each command needs to be right; nil for all.
var commandKeys = map[string][]string{
	"serve": nil, "invite": inviteKeys, "revoke": revokeKeys, "healthcheck": healthcheckKeys, "version": {}, "help": {},
}

func runCommand(ctx context.Context, command string, cfg Config, rest []string, stdout, stderr io.Writer) error {
	switch command {
	case "invite":
		return runInvite(cfg, rest, stdout, stderr)
	case "revoke":
		return runRevoke(ctx, cfg, rest, stdout, stderr)
	case "healthcheck":
		return runHealthcheck(ctx, cfg, rest, stdout)
	case "version":
		return runVersion(stdout)
	case "help":
		usage(stdout)
		return nil
	}
	if _, chosen := os.LookupEnv("GOGC"); !chosen {
		debug.SetGCPercent(gcPercent)
	}
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: cfg.LogLevel}))
	n, err := open(ctx, cfg, log)
	if err != nil {
		return err
	}
	n.greet(stdout)
	return n.serve(ctx)
}
