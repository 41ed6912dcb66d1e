package main

import (
	"crypto/tls"
	"os"
	"path/filepath"

	"hearth/signaling/token"
)

// LoadConfig reads the settings of a command from its flags, its environment
// (as os.Environ), a file, and the defaults, in this order. rest is what is
// left of args. With keys, only problems with those settings count, and rest
// is the caller's to judge; with nil keys everything does, and there must be
// no rest. The error is Problems, all of them.
func LoadConfig(args, environ []string, keys []string) (c Config, rest []string, err error) {
	var problems Problems
	flags, rest := takeFlags(args, &problems)
	env, file := fromEnviron(environ, &problems)
	if path, ok := flags["CONFIG"]; ok {
		file = path
	}
	if keys == nil {
		refuseRest(rest, &problems)
	}
	sources := []source{flags, env, readConfigFile(file, &problems)}
	set := c.fill(sources, &problems)
	c.derive(set, &problems)
	c.check(set, &problems)
	return c, rest, problems.about(keys).err()
}

// fill gives each setting its value. The keys it returns were set, well or
// badly, by somebody.
func (c *Config) fill(sources []source, problems *Problems) map[string]bool {
	set := map[string]bool{}
	for _, s := range settings {
		if s.value != "" {
			problems.addErr(s.key, s.set(c, s.value))
		}
		for _, src := range sources {
			value, err := src.value(s)
			if err == nil && value == "" {
				continue
			}
			if err == nil {
				err = s.set(c, value)
			}
			problems.addErr(s.key, err)
			set[s.key] = true
			break
		}
	}
	return set
}

// derive fills in what follows from other settings.
func (c *Config) derive(set map[string]bool, problems *Problems) {
	if !set["PUBLIC_URL"] && loopbackAddr(c.Addr) {
		if port := portOf(c.Addr); port != 0 {
			c.PublicURL = c.localURL(port)
		}
	}
	if !set["TRUST_PROXY"] && c.behindLocalProxy() {
		c.TrustProxy = loopbackNetworks // else all people count as one address, and one locks out the others
	}
	media := ":7881"
	if c.Local() {
		media = ":0" // not loopback: Firefox pairs no candidate of its own with it
	}
	for _, field := range []*string{&c.MediaUDP, &c.MediaTCP} {
		if *field == "" {
			*field = media
		}
	}
	if c.Node == "" {
		c.Node = token.NewID()[:12]
	}
	if !set["KEY_FILE"] {
		c.defaultKeyFile(problems)
	}
}

func (c *Config) defaultKeyFile(problems *Problems) {
	dir, err := os.UserConfigDir()
	if err != nil {
		problems.add("KEY_FILE", "there is no configuration directory to keep the key in", "set the path of the file")
		return
	}
	c.KeyFile = filepath.Join(dir, "hearth", "key")
}

// check refuses what is dangerous or cannot work, each setting by itself being
// right (M-O1).
func (c *Config) check(set map[string]bool, problems *Problems) {
	if !set["CRISIS_TEXT"] {
		problems.add("CRISIS_TEXT", "missing", "write where people get help at once, with your local numbers")
	}
	c.checkTLS(set, problems)
	c.checkTURN(problems)
	c.checkNodes(problems)
	c.checkAttendance(problems)
	if !loopbackAddr(c.Addr) && !set["PUBLIC_URL"] {
		problems.add("PUBLIC_URL", "missing, and "+prefix+"ADDR is not only for this computer", "set what people open, such as https://meet.clinic.example")
	}
	if !loopbackAddr(c.OpsAddr) && !c.OpsRemote {
		problems.add("OPS_ADDR", "other machines can reach it", "set 127.0.0.1:9090, or "+prefix+"OPS_REMOTE=true inside a network of your own")
	}
}

// checkAttendance refuses one without the other.
func (c *Config) checkAttendance(problems *Problems) {
	switch {
	case c.AttendanceURL != "" && c.AttendanceSecret == "":
		problems.add("ATTENDANCE_SECRET", "missing beside "+prefix+"ATTENDANCE_URL", "make one with: openssl rand -base64 48")
	case c.AttendanceURL == "" && c.AttendanceSecret != "":
		problems.add("ATTENDANCE_URL", "missing beside "+prefix+"ATTENDANCE_SECRET", "set it, or remove the secret")
	}
}

func (c *Config) checkTLS(set map[string]bool, problems *Problems) {
	switch {
	case set["TLS_CERT"] && !set["TLS_KEY"]:
		problems.add("TLS_KEY", "missing beside "+prefix+"TLS_CERT", "set the key of the certificate")
	case set["TLS_KEY"] && !set["TLS_CERT"]:
		problems.add("TLS_CERT", "missing beside "+prefix+"TLS_KEY", "set the certificate of the key")
	case set["TLS_CERT"]:
		if _, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey); err != nil {
			problems.add("TLS_CERT", "it and "+prefix+"TLS_KEY cannot be used together", "check that both PEM files can be read and belong together")
		}
	case !loopbackAddr(c.Addr) && len(c.TrustProxy) == 0:
		problems.add("ADDR", "plain HTTP on an address that others can reach",
			"set "+prefix+"TLS_CERT and "+prefix+"TLS_KEY, or "+prefix+"TRUST_PROXY where a proxy ends TLS")
	}
}
