package main

import (
	"hearth/room"
	"hearth/signaling/token"
)

// prefix begins the name of every variable.
const prefix = "HEARTH_"

// A setting is one thing an operator can set: by flag, by variable, in a file.
type setting struct {
	key    string // PUBLIC_URL: the variable is HEARTH_PUBLIC_URL, the flag -public-url
	value  string // default; "" means what help says
	help   string // one plain sentence, or a few
	secret bool   // no flag, because others can see command lines; a _FILE form besides
	set    func(c *Config, value string) error
}

// settings is the whole list, in the order of deploy/env.example, which is
// generated from it. An empty value always means the default.
var settings = []setting{
	{key: "ADDR", value: "localhost:8080", set: listen(func(c *Config) *string { return &c.Addr }),
		help: "Where the page is served: host:port, or :port for all addresses. Addresses that others can reach need TLS_CERT and TLS_KEY, or TRUST_PROXY."},
	{key: "PUBLIC_URL", set: origin(func(c *Config) *string { return &c.PublicURL }),
		help: "What people open, such as https://meet.clinic.example; links begin with it. Empty only on your own computer, where it follows from ADDR."},
	{key: "TLS_CERT", set: text(func(c *Config) *string { return &c.TLSCert }, 4096),
		help: "PEM file with the certificate chain. Empty where a proxy ends TLS."},
	{key: "TLS_KEY", set: text(func(c *Config) *string { return &c.TLSKey }, 4096),
		help: "PEM file with the key of the certificate."},
	{key: "TRUST_PROXY", set: prefixes(func(c *Config) *prefixList { return &c.TrustProxy }),
		help: "Networks of the proxies that end TLS in front of Hearth, separated by commas, such as 10.0.0.5/32. Only they may connect without TLS, and their X-Forwarded-For is believed."},

	{key: "MEDIA_UDP", set: listen(func(c *Config) *string { return &c.MediaUDP }),
		help: "Where sound and picture arrive by UDP. Empty: :7881, or a free port on your own computer."},
	{key: "MEDIA_TCP", set: listen(func(c *Config) *string { return &c.MediaTCP }),
		help: "Where they arrive by TCP from networks that block UDP. Empty: :7881, or a free port on your own computer."},
	{key: "MEDIA_ANNOUNCE", set: addresses(func(c *Config) *addrList { return &c.MediaAnnounce }),
		help: "Public IP addresses of this machine, separated by commas, where they are not its own (NAT, containers). Empty: the listeners' own."},
	{key: "MEDIA_PLAIN", value: "false", set: boolean(func(c *Config) *bool { return &c.MediaPlain }),
		help: "true sends every UDP packet by itself instead of many in one call to the system (Linux). Only to compare, or if the network driver misbehaves."},

	{key: "TURN_UDP", set: listen(func(c *Config) *string { return &c.TurnUDP }),
		help: "Where the relay (TURN) is for networks that let UDP out to known ports only, such as :3478. Empty: no relay over UDP."},
	{key: "TURN_TLS", set: listen(func(c *Config) *string { return &c.TurnTLS }),
		help: "Where the relay is for networks that let out nothing but TLS, such as 203.0.113.8:443. Empty: no relay over TLS."},
	{key: "TURN_HOST", set: turnHost,
		help: "Name of the relay as people reach it, or an IP address, which Firefox does not take for TLS. Empty: the host of PUBLIC_URL."},
	{key: "TURN_CERT", set: text(func(c *Config) *string { return &c.TurnCert }, 4096),
		help: "PEM file with the certificate chain for TURN_TLS, made out to TURN_HOST. Empty: TLS_CERT and TLS_KEY."},
	{key: "TURN_KEY", set: text(func(c *Config) *string { return &c.TurnKey }, 4096),
		help: "PEM file with the key of TURN_CERT."},
	{key: "TURN_URLS", set: turnURLs,
		help: "The relay's addresses as browsers are told them, separated by commas, where they are not TURN_HOST with the ports above, such as turns:turn.clinic.example:443?transport=tcp. Empty: those."},
	{key: "TURN_ALLOCATIONS", value: "512", set: number(16, 16384, func(c *Config) *int { return &c.TurnAllocations }),
		help: "Ways through the relay open at once, 16 to 16384. A person behind it needs one to four, and each takes a UDP port."},

	{key: "OPS_ADDR", value: "127.0.0.1:9090", set: listen(func(c *Config) *string { return &c.OpsAddr }),
		help: "Where /livez, /readyz, /metrics and /debug/pprof are served. Never publish it."},
	{key: "OPS_REMOTE", value: "false", set: boolean(func(c *Config) *bool { return &c.OpsRemote }),
		help: "true allows an OPS_ADDR that other machines can reach, inside a network of your own."},

	{key: "REDIS_URL", secret: true, set: redisURL,
		help: "Redis or Valkey: redis://, rediss:// or unix://. Empty: one inside the process, for a trial on one machine; it forgets everything at exit."},
	{key: "NODE", set: nodeName,
		help: "Name of this node in Redis, different on every node. Empty: a random one at each start."},

	{key: "INTERNAL_ADDR", set: listen(func(c *Config) *string { return &c.InternalAddr }),
		help: "Where the other nodes reach this one, such as 10.0.0.7:7443, if there are several. They prove with the KEY_FILE they share that they belong together; keep the port inside your network all the same. Empty: this node is the only one."},
	{key: "INTERNAL_URL", set: internalURL,
		help: "What the other nodes are told of it, such as https://10.0.0.7:7443. Empty: INTERNAL_ADDR."},
	{key: "NODE_ORIGIN", set: origin(func(c *Config) *string { return &c.NodeOrigin }),
		help: "What browsers open to reach this very node, such as https://a.meet.clinic.example, so that they find another one when a node is gone. Empty: only PUBLIC_URL, behind which a balancer finds a node."},

	{key: "KEY_FILE", set: text(func(c *Config) *string { return &c.KeyFile }, 4096),
		help: "File with this deployment's own keys, made at the first start, the same on every node. Empty: hearth/key in your configuration directory."},
	{key: "TOKEN_ISSUER", value: "hearth", set: word(func(c *Config) *string { return &c.TokenIssuer }),
		help: "Who signs invitations: the iss of every token."},
	{key: "TOKEN_AUDIENCE", value: "hearth", set: word(func(c *Config) *string { return &c.TokenAudience }),
		help: "Whom invitations are for: the aud of every token."},
	{key: "TOKEN_SECRET", secret: true, set: tokenSecret,
		help: "Shared secret for HS256 tokens of your own system, at least 32 random bytes; for one machine only. Empty: none."},
	{key: "TOKEN_KEYS", set: tokenKeys,
		help: "PEM file with the public keys (Ed25519, P-256) of your own system. Empty: none."},
	{key: "TOKEN_JWKS", set: tokenJWKS,
		help: "https URL of the key set (JWKS) of your own system. Empty: none."},
	{key: "TOKEN_LIFETIME", value: "24h", set: duration("1h", "168h", durationOf.tokenLifetime),
		help: "The longest an invitation may be open, 1h to 168h."},

	{key: "PATIENTS", value: "12", set: number(1, token.MaxCap, func(c *Config) *int { return &c.Patients }),
		help: "Seats for patients in a room, 1 to 15."},
	{key: "FACILITATORS", value: "2", set: number(1, 2, func(c *Config) *int { return &c.Facilitators }),
		help: "Seats for facilitators, 1 or 2."},
	{key: "SUPPORT", value: "2", set: number(0, 2, func(c *Config) *int { return &c.Support }),
		help: "Seats for interpreters and captioners, 0 to 2."},
	{key: "WAITING", value: "20", set: number(1, 50, func(c *Config) *int { return &c.Waiting }),
		help: "People in the waiting room of a room, 1 to 50."},
	{key: "GRACE", value: "120s", set: duration("10s", "10m", durationOf.grace),
		help: "How long the seat of somebody who lost the connection is kept, 10s to 10m."},
	{key: "HOLD_CLOSE", value: "15m", set: duration("1m", "2h", durationOf.holdClose),
		help: "When a room that has lost its last facilitator closes, 1m to 2h."},
	{key: "SESSION_MINUTES", value: "90", set: number(room.MinLength, room.MaxLength, func(c *Config) *int { return &c.SessionMinutes }),
		help: "Planned length of a session in minutes, 15 to 120; facilitators may change it. It ends by itself 30 minutes later."},
	{key: "DOOR_MINUTES", value: "0", set: number(0, room.MaxDoor, func(c *Config) *int { return &c.DoorMinutes }),
		help: "When the door of a session closes by itself, in minutes from its start, 0 to 120; facilitators may open it again. With 0 it stays open."},
	{key: "HIDE_QUICK", value: "false", set: boolean(func(c *Config) *bool { return &c.HideQuick }),
		help: "true tells facilitators no difference between \"left\" and \"left quickly\", and so no hint to a person's safety plan."},
	{key: "REMOVAL_DAYS", value: "90", set: number(0, 180, func(c *Config) *int { return &c.RemovalDays }),
		help: "How long somebody removed for the group stays out, in days, 0 to 180. With 0 it holds for the session only; then rely on your system to send no more links."},

	{key: "JOINS", value: "30", set: number(10, 10000, func(c *Config) *int { return &c.Joins }),
		help: "People who may come in from one address within a minute, 10 to 10000. Raise it where several groups share one address; returning to a kept seat does not count."},

	{key: "CRISIS_TEXT", set: crisisText,
		help: "Required: where to get help at once, with your local numbers; shown before, during and after a session."},
	{key: "CLINIC_CONTACT", set: text(func(c *Config) *string { return &c.ClinicContact }, 300),
		help: "How to reach the clinic, shown where somebody cannot come in. Empty: nothing."},
	{key: "EXIT_URL", value: "https://www.wikipedia.org/", set: exitURL,
		help: "Neutral site that \"Leave quickly\" opens."},
	{key: "ATTENDANCE_URL", set: attendanceURL,
		help: "https URL of your own system that is told after each session who was there and for how long, by your references. Empty: nobody is told."},
	{key: "ATTENDANCE_SECRET", secret: true, set: attendanceSecret,
		help: "Shared secret that signs what is sent there, at least 32 random bytes. Required with ATTENDANCE_URL."},
	{key: "ORIGINS", set: origins,
		help: "Further origins that may connect, separated by commas, such as https://portal.clinic.example. Empty: only PUBLIC_URL."},
	{key: "LOG_LEVEL", value: "info", set: logLevel,
		help: "debug, info, warn or error. No level logs names, addresses or content."},
}

// inviteKeys are the settings that making invitations needs. The others may be
// wrong or missing then.
var inviteKeys = []string{"ADDR", "PUBLIC_URL", "KEY_FILE", "TOKEN_ISSUER", "TOKEN_AUDIENCE", "TOKEN_LIFETIME"}

// revokeKeys are the settings that calling invitations back needs.
var revokeKeys = []string{"REDIS_URL", "KEY_FILE", "TOKEN_ISSUER", "TOKEN_LIFETIME"}

// healthcheckKeys are the settings that asking a server for its health needs.
var healthcheckKeys = []string{"OPS_ADDR"}
