package signaling

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"net/url"
	"time"
)

// ErrConfig is wrapped by every error that New returns for a configuration.
var ErrConfig = errors.New("signaling: configuration")

// Config is all that a Server needs to know. Nothing in it changes after New.
type Config struct {
	Rooms       Rooms       // required
	Verifier    Verifier    // required
	Minter      Minter      // nil: nobody can invite from a room
	Revocations Revocations // nil: nothing is ever revoked
	Relay       Relay       // nil: clients reach the media addresses directly

	ClusterKey []byte // KeySize random bytes, the same on every node

	// PublicURL is the origin people open, such as https://host; plain http is
	// refused but on loopback.
	PublicURL string
	Origins   []string       // further origins that may open a socket
	Trusted   []netip.Prefix // proxies whose X-Forwarded-For is believed
	Nodes     []string       // further servers' origins, told to clients

	// Origin is this node's own public origin, where each node has one; empty:
	// PublicURL. Of the cluster's origins it is the one not told to clients.
	Origin  string
	Cluster Cluster                                    // nil: this node is alone
	Hops    Hops                                       // required with Cluster
	Owns    func(room string) (epoch uint64, yes bool) // required with Cluster: is the room live here? Never waits

	Page  fs.FS // index.html and what it loads
	Texts Texts // what the page shows of the clinic

	Rules string        // version of the group rules a person agrees to
	Grace time.Duration // how long the room keeps a lost seat; told to clients

	InviteLife time.Duration // how long an invitation made in a room works; 12 h

	Limits Limits
	Log    *slog.Logger     // nil: silent
	Now    func() time.Time // nil: time.Now
}

// Texts are what the operator says to people; config.json carries them.
type Texts struct {
	Crisis  string `json:"crisis"`  // where to find help at once
	Contact string `json:"contact"` // how to reach the clinic
	Exit    string `json:"exit"`    // address that "Leave quickly" opens
	// Attendance says that the clinic is sent who was there (S-13): the page must
	// not say that nothing was kept.
	Attendance bool `json:"attendance"`
}

// Limits bound what one client or address may cost. A zero value stands for
// its default.
type Limits struct {
	HelloWait       time.Duration // from connecting to hello; 3 s
	Ping            time.Duration // between pings and beats; 5 s
	Pong            time.Duration // a client silent for longer is gone; 12 s
	WriteStall      time.Duration // one frame may take this long to write; 2 s
	CommandWait     time.Duration // a command may take this long; 10 s
	Rate            float64       // frames a second; 20
	Burst           int           // frames at once; 40
	Unauthenticated int           // sockets of an address before welcome; 20
	Joins           int           // hellos with a token per address and minute; 30
	Failures        int           // failed tokens per address in 10 min before it has to wait; 10
}

func or[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

func (l Limits) complete() Limits {
	return Limits{
		HelloWait:       or(l.HelloWait, 3*time.Second),
		Ping:            or(l.Ping, 5*time.Second),
		Pong:            or(l.Pong, 12*time.Second),
		WriteStall:      or(l.WriteStall, 2*time.Second),
		CommandWait:     or(l.CommandWait, 10*time.Second),
		Rate:            or(l.Rate, 20),
		Burst:           or(l.Burst, 40),
		Unauthenticated: or(l.Unauthenticated, 20),
		Joins:           or(l.Joins, 30),
		Failures:        or(l.Failures, 10),
	}
}

// checked is the configuration with its defaults, or what is wrong with it.
func (c Config) checked() (Config, error) {
	switch {
	case c.Rooms == nil, c.Verifier == nil, c.Page == nil:
		return c, fmt.Errorf("%w: rooms, verifier and page are required", ErrConfig)
	case c.Cluster != nil && (c.Hops == nil || c.Owns == nil):
		return c, fmt.Errorf("%w: a cluster needs hops and owns", ErrConfig)
	case c.Rules == "":
		return c, fmt.Errorf("%w: the rules need a version", ErrConfig)
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Host == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return c, fmt.Errorf("%w: the public URL has to be an origin such as https://host", ErrConfig)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return c, fmt.Errorf("%w: the public URL has to be https, or http on loopback", ErrConfig)
	}
	c.PublicURL = u.Scheme + "://" + u.Host
	if c.Origin != "" {
		own, ok := plainOrigin(c.Origin)
		if !ok {
			return c, fmt.Errorf("%w: the node's own origin has to be an origin such as https://a.host", ErrConfig)
		}
		c.Origin = own
	}
	c.Limits = c.Limits.complete()
	c.Grace = or(c.Grace, 120*time.Second)
	c.InviteLife = or(c.InviteLife, 12*time.Hour)
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, nil
}
