// Command hearth-load fills a running Hearth with circles of participants that
// are made of Go alone, sends real sound and simulcast pictures, and reports
// what the people in those circles would have noticed: how soon they saw each
// other, how late and how completely packets came, the longest silence, and
// what it cost the server. README.md says how it measures.
//
// With -simulate it needs no server: it measures what rooms cost Redis, and what
// their commands cost a node.
//
// It takes loopback and private addresses only, and is bounded in time and
// number: it is for one's own server.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the whole program but for the process around it. It returns the exit
// code: 1 when something did not work or somebody was lost, 2 when it was
// called wrongly.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parseOptions(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err == nil && o.simulate != "" {
		if err = o.privateRedis(ctx); err == nil {
			return simulate(ctx, o, stdout, stderr)
		}
	}
	var rooms [][]invited
	if err == nil {
		rooms, err = invitations(&o)
	}
	if err == nil {
		err = o.private(ctx)
	}
	if err != nil {
		fmt.Fprintf(stderr, "hearth-load: %v\n", err)
		return 2
	}
	r, err := newLoad(o, rooms, stderr).run(ctx)
	if err != nil {
		fmt.Fprintf(stderr, "hearth-load: %v\n", err)
		return 1
	}
	if err := r.write(stdout, o.json); err != nil || !r.complete() {
		return 1
	}
	return 0
}
