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

// Bounds of one run.
const (
	maxRooms        = 50
	maxPeople       = 400 // in all rooms
	minParticipants = 2
	maxParticipants = 1 + token.MaxCap + supportSeats + 1
	maxDuration     = 4 * time.Hour
	maxJoinWait     = 5 * time.Minute
	maxJoinRate     = 10000
	maxAtOnce       = 16 // a server lets in 20 sockets of an address that have not said hello
	maxChurn        = 600
	maxStorms       = 120
	maxLoss         = 50
	maxDownlink     = 100_000
	maxLarge        = 18
)

// options are what one run is asked for.
type options struct {
	url              string
	keyFile          string
	issuer, audience string
	links            string

	rooms, participants int
	sized               bool // rooms or participants were given
	duration            time.Duration
	joinRate, atOnce    int
	joinWait            time.Duration

	churn, storms int     // per minute
	loss          float64 // percent
	downlink      int     // kbit/s of pictures that everybody says they can take; 0 for enough
	large         int     // seats that everybody draws large, and so asks the high layer of

	ops         string
	json, quiet bool

	simulate         simulation // "" for a run against a server; what follows is for others
	redis            string
	appendOnly       bool
	nodes            int
	events, commands float64 // a minute, of each room and of each person
	timeout          time.Duration
}

// errUsage is wrapped by what is wrong with a command line.
var errUsage = errors.New("called wrongly")

func parseOptions(args []string, stderr io.Writer) (options, error) {
	o := options{}
	f := flag.NewFlagSet("hearth-load", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.url, "url", "", "the server, such as http://localhost:8080: its own public URL. With -links, the links' by default")
	f.StringVar(&o.keyFile, "key-file", "", "the server's HEARTH_KEY_FILE, to make invitations with")
	f.StringVar(&o.issuer, "issuer", "hearth", "HEARTH_TOKEN_ISSUER, with -key-file")
	f.StringVar(&o.audience, "audience", "hearth", "HEARTH_TOKEN_AUDIENCE, with -key-file")
	f.StringVar(&o.links, "links", "", "file with invitation links, one a line, instead of -key-file: a facilitator's for each room")
	f.IntVar(&o.rooms, "rooms", 1, fmt.Sprintf("circles, 1 to %d", maxRooms))
	f.IntVar(&o.participants, "participants", 4, fmt.Sprintf("people in each, %d to %d: a facilitator, then up to %d patients, %d support, a second facilitator",
		minParticipants, maxParticipants, token.MaxCap, supportSeats))
	f.DurationVar(&o.duration, "duration", 20*time.Second, "time to measure, once everybody is in: 1s to 4h")
	f.IntVar(&o.joinRate, "join-rate", serverJoins, fmt.Sprintf("joins at once and then a minute, 1 to %d: the server's HEARTH_JOINS", maxJoinRate))
	f.IntVar(&o.atOnce, "join-at-once", 1, fmt.Sprintf("people who join at the same time, 1 to %d", maxAtOnce))
	f.DurationVar(&o.joinWait, "join-wait", 30*time.Second, "how long one join may take, waiting out refusals included: 1s to 5m")
	f.IntVar(&o.churn, "churn", 0, fmt.Sprintf("people who leave and come back, a minute over all rooms, 0 to %d", maxChurn))
	f.IntVar(&o.storms, "mute-storm", 0, fmt.Sprintf("times a minute that each facilitator mutes all patients, who unmute at once, 0 to %d", maxStorms))
	f.Float64Var(&o.loss, "loss", 0, fmt.Sprintf("packets to lose at random, percent both ways (uplink: pictures alone), 0 to %d", maxLoss))
	f.IntVar(&o.downlink, "downlink", 0, fmt.Sprintf("kbit/s of pictures that everybody reports to be able to take (REMB), up to %d; 0 for 8000", maxDownlink))
	f.IntVar(&o.large, "large", 0, fmt.Sprintf("seats that everybody draws large, so that their high layer is sent, 0 to %d", maxLarge))
	f.StringVar(&o.ops, "ops", "", "the server's operations listener, such as http://127.0.0.1:9090, for its CPU and memory")
	f.BoolVar(&o.json, "json", false, "the report as JSON")
	f.BoolVar(&o.quiet, "quiet", false, "no progress on stderr")
	o.simulationFlags(f)
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, fmt.Errorf("%w: %w", errUsage, err)
	}
	var given []string
	f.Visit(func(f *flag.Flag) { given = append(given, f.Name) })
	if o.simulate != "" {
		o.simulationDefaults(given)
		return o, o.checkSimulation(given, f.NArg())
	}
	o.sized = slices.Contains(given, "rooms") || slices.Contains(given, "participants")
	return o, o.check(given, f.NArg())
}

// wrong is something that may be wrong with a command line, and what to say.
type wrong struct {
	is   bool
	text string
}

func firstWrong(all []wrong) error {
	for _, c := range all {
		if c.is {
			return fmt.Errorf("%w: %s", errUsage, c.text)
		}
	}
	return nil
}

// check says what is wrong, the first of all.
func (o *options) check(given []string, rest int) error {
	return firstWrong([]wrong{
		{rest > 0, "there is an argument too many; see hearth-load -help"},
		{slices.ContainsFunc(given, func(name string) bool { return slices.Contains(onlySimulated, name) }), "-" + strings.Join(onlySimulated, ", -") + " go with -simulate"},
		{o.keyFile == "" && o.links == "", "where do invitations come from? Set -key-file, or -links with links that hearth invite has made"},
		{o.keyFile != "" && o.links != "", "-key-file and -links exclude each other"},
		{o.url == "" && o.links == "", "-url is missing: the server's public URL"},
		{o.url != "" && originOf(o.url) == "", "-url has to be like http://localhost:8080 or https://hearth.internal, without a path"},
		{o.ops != "" && originOf(o.ops) == "", "-ops has to be like http://127.0.0.1:9090, without a path"},
		{outside(o.rooms, 1, maxRooms), fmt.Sprintf("-rooms has to be 1 to %d", maxRooms)},
		{outside(o.participants, minParticipants, maxParticipants), fmt.Sprintf("-participants has to be %d to %d", minParticipants, maxParticipants)},
		{o.rooms*o.participants > maxPeople, fmt.Sprintf("that is more than %d people in all", maxPeople)},
		{outside(o.duration, time.Second, maxDuration), "-duration has to be 1s to 4h"},
		{outside(o.joinRate, 1, maxJoinRate), fmt.Sprintf("-join-rate has to be 1 to %d a minute", maxJoinRate)},
		{outside(o.atOnce, 1, maxAtOnce), fmt.Sprintf("-join-at-once has to be 1 to %d", maxAtOnce)},
		{outside(o.joinWait, time.Second, maxJoinWait), "-join-wait has to be 1s to 5m"},
		{outside(o.churn, 0, maxChurn), fmt.Sprintf("-churn has to be 0 to %d a minute", maxChurn)},
		{outside(o.storms, 0, maxStorms), fmt.Sprintf("-mute-storm has to be 0 to %d a minute", maxStorms)},
		{outside(o.downlink, 0, maxDownlink), fmt.Sprintf("-downlink has to be 0 to %d kbit/s", maxDownlink)},
		{outside(o.large, 0, maxLarge), fmt.Sprintf("-large has to be 0 to %d", maxLarge)},
		{!(o.loss >= 0 && o.loss <= maxLoss), fmt.Sprintf("-loss has to be 0 to %d percent", maxLoss)},
	})
}

func outside[T int | time.Duration](v, low, high T) bool { return v < low || v > high }
