package presence

import (
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"time"
)

// Config says where Redis is, who this node is, and how long things live.
// The zero value of every field is a sound default.
type Config struct {
	// URL of Redis: redis://, rediss:// (TLS) or unix:///path, with user and
	// password inside. Several hosts separated by commas, or ?cluster=true,
	// mean Redis Cluster; ?master=name means Sentinel. "" runs an embedded
	// Redis, which serves this node alone and forgets everything at exit.
	URL string
	// Node is the id of this node, unique in the cluster; random by default.
	Node string
	// NodeURL is the internal URL at which other nodes reach this one, "" where
	// there is no other; 256 bytes at most.
	NodeURL string
	// Origin is the public origin of this node alone, https://host, which the
	// other nodes tell to browsers; "" where it has none, 256 bytes at most.
	Origin string
	// Prefix of every key; "hearth:" by default.
	Prefix string
	// Log gets one line when Redis stops or starts to answer; slog.Default()
	// by default. Neither the URL nor an address is ever logged.
	Log *slog.Logger

	// LeaseTTL is how long a room stays owned without Renew or Touch; 6 s by
	// default. Call one of them at a third of it.
	LeaseTTL time.Duration
	// LiveTTL is how long a live seat outlasts the last Renew; 30 s by default.
	// After two to three tenths of it Touch asks for the next one.
	LiveTTL time.Duration
	// AwayTTL is the same for a seat in reconnect grace; 120 s by default.
	AwayTTL time.Duration
	// RulesTTL is how long holds and flags outlast the last Renew; 15 min by default.
	RulesTTL time.Duration
	// FenceTTL is how long the last epoch is remembered after the last Renew or
	// Release; 24 h by default: longer than an owner can be frozen, or a clock
	// be set back, without anybody noticing.
	FenceTTL time.Duration
	// EndTTL is how long it is remembered after End, and that the session was
	// ended; 15 min by default.
	EndTTL time.Duration

	// Timeout of one dial, read or write; 300 ms by default (2 s embedded,
	// where only this process can be slow). A call takes at most twice that
	// and 100 ms.
	Timeout time.Duration
	// PoolSize is the number of connections; 8 by default.
	PoolSize int
}

// withDefaults fills in what is not set.
func (c Config) withDefaults() Config {
	if c.Node == "" {
		c.Node = nonce()
	}
	if c.Prefix == "" {
		c.Prefix = "hearth:"
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.PoolSize <= 0 {
		c.PoolSize = 8
	}
	timeout := 300 * time.Millisecond
	if c.URL == "" {
		timeout = 2 * time.Second
	}
	positive(&c.Timeout, timeout)
	positive(&c.LeaseTTL, 6*time.Second)
	positive(&c.LiveTTL, 30*time.Second)
	positive(&c.AwayTTL, 120*time.Second)
	positive(&c.RulesTTL, 15*time.Minute)
	positive(&c.FenceTTL, 24*time.Hour)
	positive(&c.EndTTL, 15*time.Minute)
	return c
}

// positive replaces a duration below a millisecond, the grain of Redis.
func positive(d *time.Duration, otherwise time.Duration) {
	if *d < time.Millisecond {
		*d = otherwise
	}
}

// nonce is 64 random bits in hex.
func nonce() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails; see crypto/rand
	return hex.EncodeToString(b[:])
}
