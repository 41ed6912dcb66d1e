package main

import (
	"log/slog"
	"net/netip"
	"time"
)

// Config is everything an operator can set. LoadConfig makes it; settings
// lists each of them with its default and its bounds.
type Config struct {
	Addr       string         // public listener, host:port
	PublicURL  string         // scheme://host[:port] of the links, without a slash; "" while the port is not known
	TLSCert    string         // PEM file, or "" for no TLS here
	TLSKey     string         // PEM file
	TrustProxy []netip.Prefix // who may end TLS in front of us

	MediaUDP      string       // host:port
	MediaTCP      string       // host:port
	MediaPlain    bool         // a system call for each packet
	MediaAnnounce []netip.Addr // told to browsers instead of the listeners' own

	TurnUDP         string   // host:port, or "" for no relay over UDP
	TurnTLS         string   // host:port, or "" for no relay over TLS
	TurnHost        string   // name or address of the relay; "" for PublicURL's
	TurnCert        string   // PEM file, or "" for TLSCert
	TurnKey         string   // PEM file
	TurnURLs        []string // told to browsers instead of what follows from the above
	TurnAllocations int      // open at once

	OpsAddr   string // operations listener, host:port
	OpsRemote bool   // it may be on an address that others can reach

	RedisURL secret // "" for the embedded Redis
	Node     string // name of this node in Redis; random when not set

	InternalAddr string // where other nodes reach this one, host:port; "" where there are none
	InternalURL  string // what they are told of it; "" for InternalAddr
	NodeOrigin   string // public origin of this node alone; "" for PublicURL

	KeyFile       string
	TokenIssuer   string
	TokenAudience string
	TokenSecret   secret        // shared secret for HS256, or ""
	TokenKeys     string        // PEM file of public keys, or ""
	TokenJWKS     string        // URL of a key set, or ""
	TokenLifetime time.Duration // the longest an invitation may be open

	Patients, Facilitators, Support int // seats per class
	Waiting                         int // people in the waiting room
	Grace                           time.Duration
	HoldClose                       time.Duration
	SessionMinutes                  int  // planned length
	DoorMinutes                     int  // from the start until the door closes by itself; 0 for never
	HideQuick                       bool // facilitators are not told who left quickly
	RemovalDays                     int
	Joins                           int // hellos with an invitation, per address and minute

	CrisisText       string
	ClinicContact    string
	ExitURL          string
	AttendanceURL    string   // told after each session who was there; "" for nobody
	AttendanceSecret secret   // signs it
	Origins          []string // scheme://host[:port], besides PublicURL's

	LogLevel slog.Level
}

// secret is a text that must not be seen in a log, an error or a dump. Convert
// it to string where it is used.
type secret string

func (s secret) shown() string {
	if s == "" {
		return ""
	}
	return "hidden"
}

// String hides the secret.
func (s secret) String() string { return s.shown() }

// GoString hides the secret.
func (s secret) GoString() string { return s.shown() }

// LogValue hides the secret.
func (s secret) LogValue() slog.Value { return slog.StringValue(s.shown()) }

// MarshalText hides the secret.
func (s secret) MarshalText() ([]byte, error) { return []byte(s.shown()), nil }

// LogValue shows what helps to understand a deployment and hides secrets.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("addr", c.Addr), slog.String("public_url", c.PublicURL), slog.Bool("tls", c.TLSCert != ""),
		slog.Int("trusted_proxies", len(c.TrustProxy)),
		slog.String("media_udp", c.MediaUDP), slog.String("media_tcp", c.MediaTCP), slog.Int("announced", len(c.MediaAnnounce)),
		slog.String("turn_udp", c.TurnUDP), slog.String("turn_tls", c.TurnTLS), slog.String("turn_host", c.TurnHost),
		slog.Bool("attendance", c.AttendanceURL != ""), slog.Any("attendance_secret", c.AttendanceSecret),
		slog.String("ops_addr", c.OpsAddr), slog.Any("redis_url", c.RedisURL), slog.String("node", c.Node),
		slog.String("internal_addr", c.InternalAddr), slog.String("node_origin", c.NodeOrigin),
		slog.Any("token_secret", c.TokenSecret), slog.Bool("token_keys", c.TokenKeys != ""), slog.Bool("token_jwks", c.TokenJWKS != ""),
		slog.Int("patients", c.Patients), slog.Int("facilitators", c.Facilitators), slog.Int("support", c.Support),
		slog.Int("waiting", c.Waiting), slog.Duration("grace", c.Grace), slog.Duration("hold_close", c.HoldClose),
		slog.Int("session_minutes", c.SessionMinutes), slog.Int("door_minutes", c.DoorMinutes), slog.Bool("hide_quick", c.HideQuick),
		slog.Int("removal_days", c.RemovalDays), slog.String("log_level", c.LogLevel.String()),
	)
}

// Local tells whether this is a trial on one's own computer: nobody else can
// reach the page.
func (c Config) Local() bool {
	return loopbackAddr(c.Addr) && (c.PublicURL == "" || loopbackURL(c.PublicURL))
}

// Trusts tells whether an address may speak plain HTTP to a listener that
// others can reach, and be believed about whom it speaks for.
func (c Config) Trusts(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, p := range c.TrustProxy {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// Bound completes a PublicURL that had to wait for the port the system chose.
func (c *Config) Bound(port uint16) {
	if c.PublicURL == "" {
		c.PublicURL = c.localURL(port)
	}
}
