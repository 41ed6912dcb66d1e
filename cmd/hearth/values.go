package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"hearth/signaling/token"
)

// flaw is what is wrong with a value and how to put it right. It never
// contains the value of a secret.
type flaw struct{ wrong, fix string }

func (f flaw) Error() string { return f.wrong + "; " + f.fix }

type (
	prefixList = []netip.Prefix
	addrList   = []netip.Addr
)

func number(low, high int, field func(*Config) *int) func(*Config, string) error {
	return func(c *Config, value string) error {
		n, err := strconv.Atoi(value)
		fix := fmt.Sprintf("set a number from %d to %d", low, high)
		switch {
		case err != nil:
			return flaw{"not a number", fix}
		case n < low:
			return flaw{fmt.Sprintf("%d is below %d", n, low), fix}
		case n > high:
			return flaw{fmt.Sprintf("%d is over %d", n, high), fix}
		}
		*field(c) = n
		return nil
	}
}

// durationOf are the duration settings' fields.
var durationOf = struct{ tokenLifetime, grace, holdClose func(*Config) *time.Duration }{
	func(c *Config) *time.Duration { return &c.TokenLifetime },
	func(c *Config) *time.Duration { return &c.Grace },
	func(c *Config) *time.Duration { return &c.HoldClose },
}

func duration(low, high string, field func(*Config) *time.Duration) func(*Config, string) error {
	least, most := mustDuration(low), mustDuration(high)
	return func(c *Config, value string) error {
		d, err := time.ParseDuration(value)
		if err != nil || d < least || d > most {
			return flaw{"not a time from " + low + " to " + high, "write it like 90s, 15m or 2h"}
		}
		*field(c) = d
		return nil
	}
}

func mustDuration(s string) time.Duration {
	d, err := time.ParseDuration(s)
	if err != nil {
		panic(err)
	}
	return d
}

func boolean(field func(*Config) *bool) func(*Config, string) error {
	return func(c *Config, value string) error {
		if value != "true" && value != "false" {
			return flaw{"neither true nor false", "set true or false"}
		}
		*field(c) = value == "true"
		return nil
	}
}

// text takes any visible text of at most limit characters.
func text(field func(*Config) *string, limit int) func(*Config, string) error {
	return func(c *Config, value string) error {
		switch {
		case !visible(value):
			return flaw{"control or invisible characters in it", "write plain text in UTF-8"}
		case utf8.RuneCountInString(value) > limit:
			return flaw{"too long", fmt.Sprintf("use at most %d characters", limit)}
		}
		*field(c) = value
		return nil
	}
}

func visible(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError })
}

// word takes 1 to 128 visible ASCII characters without a space.
func word(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, value string) error {
		if len(value) > 128 || strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return flaw{"not a word", "use at most 128 visible ASCII characters without a space"}
		}
		*field(c) = value
		return nil
	}
}

func listen(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, value string) error {
		host, port, err := net.SplitHostPort(value)
		if err != nil {
			return flaw{"not host:port", "write it like 0.0.0.0:8080, [::1]:8080 or :8080"}
		}
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return flaw{"the port is not a number from 0 to 65535", "write it like 0.0.0.0:8080"}
		}
		if strings.ContainsAny(host, "/ \t@#?") {
			return flaw{"the host is not a name or an address", "write it like localhost:8080, without https://"}
		}
		*field(c) = value
		return nil
	}
}

func prefixes(field func(*Config) *prefixList) func(*Config, string) error {
	return func(c *Config, value string) error {
		var list prefixList
		for _, s := range commas(value) {
			p, err := prefixOf(s)
			if err != nil {
				return flaw{"a network is not written as address/length", "write it like 10.0.0.5/32 or fd00::/64"}
			}
			if p.Bits() == 0 {
				return flaw{"a network with length 0 means everybody", "name the proxy's own address"}
			}
			list = append(list, p.Masked())
		}
		*field(c) = list
		return nil
	}
}

// prefixOf takes a network, or one address for itself.
func prefixOf(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		return a.Unmap().Prefix(a.Unmap().BitLen())
	}
	return netip.ParsePrefix(s)
}

func addresses(field func(*Config) *addrList) func(*Config, string) error {
	return func(c *Config, value string) error {
		var list addrList
		for _, s := range commas(value) {
			a, err := netip.ParseAddr(s)
			if err != nil || a.Zone() != "" || a.IsUnspecified() || a.IsMulticast() {
				return flaw{"not the IP address of a machine", "write it like 203.0.113.7, without a port"}
			}
			list = append(list, a.Unmap())
		}
		*field(c) = list
		return nil
	}
}

// commas splits a list and drops what is empty.
func commas(s string) []string {
	var list []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

func origin(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, value string) error {
		o, err := originOf(value)
		if err == nil {
			*field(c) = o
		}
		return err
	}
}

func origins(c *Config, value string) error {
	c.Origins = nil
	for _, s := range commas(value) {
		o, err := originOf(s)
		if err != nil {
			return err
		}
		c.Origins = append(c.Origins, o)
	}
	return nil
}

// originOf is scheme://host[:port] in the form in which browsers write it
// (RFC 6454), https only except on loopback.
func originOf(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil || strings.Contains(u.Host, "*") ||
		u.Scheme != "http" && u.Scheme != "https" {
		return "", flaw{"not a web address", "write it like https://meet.clinic.example"}
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", flaw{"a web address with a path", "write only https:// and the host; Hearth serves the whole host"}
	}
	if u.Scheme == "http" && !loopbackHost(u.Hostname()) {
		return "", flaw{"http without TLS", "write https://; browsers give no camera to http pages"}
	}
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	} else {
		host = strings.TrimSuffix(host, ":80")
	}
	return u.Scheme + "://" + strings.TrimSuffix(host, ":"), nil
}

func exitURL(c *Config, value string) error {
	u, err := url.Parse(value)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" || !visible(value) {
		return flaw{"not an http or https address", "set a neutral site such as https://www.wikipedia.org/"}
	}
	c.ExitURL = u.String()
	return nil
}

func redisURL(c *Config, value string) error {
	fix := "write it like redis://redis:6379/0, rediss://... for TLS, or unix:///run/redis.sock"
	scheme, rest, ok := strings.Cut(value, "://")
	switch {
	case !ok || scheme != "redis" && scheme != "rediss" && scheme != "unix":
		return flaw{"not a Redis address", fix}
	case rest == "" || !visible(value):
		return flaw{"a Redis address without a host", fix}
	}
	c.RedisURL = secret(value)
	return nil
}

func nodeName(c *Config, value string) error {
	if !token.ValidRoom(value) || len(value) > 32 {
		return flaw{"not the name of a node", "use 1 to 32 of A-Z a-z 0-9 _ -"}
	}
	c.Node = value
	return nil
}

func tokenSecret(c *Config, value string) error {
	if err := token.CheckSecret([]byte(value)); err != nil {
		return flaw{strings.TrimPrefix(err.Error(), "token: "), "make one with: openssl rand -base64 48"}
	}
	c.TokenSecret = secret(value)
	return nil
}

func tokenKeys(c *Config, value string) error {
	data, err := os.ReadFile(value)
	if err != nil {
		return flaw{"the file cannot be read", "check the path and its owner"}
	}
	if _, err := token.ParsePublicKeys(data); err != nil {
		return flaw{strings.TrimPrefix(err.Error(), "token: "), "see signaling/token/README.md, section Keys"}
	}
	c.TokenKeys = value
	return nil
}

func tokenJWKS(c *Config, value string) error {
	if err := token.CheckJWKS(value); err != nil {
		return flaw{strings.TrimPrefix(err.Error(), "token: "), "write it like https://clinic.example/.well-known/jwks.json"}
	}
	c.TokenJWKS = value
	return nil
}

// The bounds of the crisis text, in characters. Fewer hold no sentence with a
// number to call.
const minCrisisText, maxCrisisText = 20, 1000

func crisisText(c *Config, value string) error {
	if utf8.RuneCountInString(value) < minCrisisText {
		return flaw{"too short to help anybody", "write a sentence with the numbers to call"}
	}
	return text(func(c *Config) *string { return &c.CrisisText }, maxCrisisText)(c, value)
}

func logLevel(c *Config, value string) error {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	level, ok := levels[value]
	if !ok {
		return flaw{"not a level", "set debug, info, warn or error"}
	}
	c.LogLevel = level
	return nil
}
