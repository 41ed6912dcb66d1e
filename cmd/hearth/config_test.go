package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	goodCrisis = "HEARTH_CRISIS_TEXT=In danger? Call 112 at once, or 116 123 to talk."
	goodSecret = "vYq3kd8Zr0WmT5nXc7LhB2gQeUs9JfAo"
)

// environ is what is needed to start, and more.
func environ(more ...string) []string {
	return append([]string{"HOME=/home/nobody", "PATH=/bin", goodCrisis, "HEARTH_KEY_FILE=/k"}, more...)
}

func load(t *testing.T, args []string, env ...string) (Config, Problems) {
	t.Helper()
	c, _, err := LoadConfig(args, environ(env...), nil)
	var p Problems
	if err != nil && !errors.As(err, &p) {
		t.Fatalf("not problems: %v", err)
	}
	return c, p
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaults(t *testing.T) {
	c, problems := load(t, nil)
	if problems != nil {
		t.Fatal(problems)
	}
	if len(c.Node) != 12 {
		t.Errorf("node %q", c.Node)
	}
	c.Node = ""
	want := Config{Addr: "localhost:8080", PublicURL: "http://localhost:8080", MediaUDP: ":0", MediaTCP: ":0",
		OpsAddr: "127.0.0.1:9090", KeyFile: "/k", TokenIssuer: "hearth", TokenAudience: "hearth", TokenLifetime: 24 * time.Hour,
		TurnAllocations: 512, Patients: 12, Facilitators: 2, Support: 2, Waiting: 20, Grace: 2 * time.Minute, HoldClose: 15 * time.Minute, SessionMinutes: 90, RemovalDays: 90, Joins: 30,
		CrisisText: strings.TrimPrefix(goodCrisis, "HEARTH_CRISIS_TEXT="), ExitURL: "https://www.wikipedia.org/"}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("defaults\n%+v\nwant\n%+v", c, want)
	}
}

func TestEverySettingIsTaken(t *testing.T) {
	cert, key := certificate(t)
	keys := write(t, "keys.pem", publicPEM(t))
	c, problems := load(t, nil, "HEARTH_ADDR=:8443", "HEARTH_PUBLIC_URL=https://Meet.Clinic.example:443/", "HEARTH_TLS_CERT="+cert,
		"HEARTH_TLS_KEY="+key, "HEARTH_TRUST_PROXY=10.0.0.5, fd00::/64", "HEARTH_MEDIA_UDP=:7000", "HEARTH_MEDIA_TCP=0.0.0.0:7001", "HEARTH_MEDIA_PLAIN=true",
		"HEARTH_MEDIA_ANNOUNCE=203.0.113.7,2001:db8::1", "HEARTH_TURN_UDP=:3478", "HEARTH_TURN_TLS=192.0.2.8:443", "HEARTH_TURN_HOST=meet.clinic.example",
		"HEARTH_TURN_CERT="+cert, "HEARTH_TURN_KEY="+key, "HEARTH_TURN_ALLOCATIONS=99",
		"HEARTH_TURN_URLS=turn:meet.clinic.example:3478?transport=udp, turns:[2001:db8::2]:443?transport=tcp", "HEARTH_OPS_ADDR=0.0.0.0:9091", "HEARTH_OPS_REMOTE=true",
		"HEARTH_REDIS_URL=redis://u:pw@redis:6379/2", "HEARTH_NODE=n-1", "HEARTH_TOKEN_ISSUER=clinic", "HEARTH_TOKEN_AUDIENCE=meet",
		"HEARTH_INTERNAL_ADDR=10.0.0.7:7443", "HEARTH_INTERNAL_URL=https://n1.internal:7443", "HEARTH_NODE_ORIGIN=https://a.clinic.example",
		"HEARTH_TOKEN_KEYS="+keys, "HEARTH_TOKEN_JWKS=https://clinic.example/jwks",
		"HEARTH_TOKEN_LIFETIME=48h", "HEARTH_PATIENTS=15", "HEARTH_FACILITATORS=1", "HEARTH_SUPPORT=0", "HEARTH_WAITING=5",
		"HEARTH_GRACE=60s", "HEARTH_HOLD_CLOSE=10m", "HEARTH_SESSION_MINUTES=45", "HEARTH_DOOR_MINUTES=20", "HEARTH_HIDE_QUICK=true", "HEARTH_REMOVAL_DAYS=0", "HEARTH_JOINS=300", "HEARTH_CLINIC_CONTACT=Call us: 555-0100",
		"HEARTH_EXIT_URL=https://weather.example/", "HEARTH_ORIGINS=https://a.example, http://localhost:3000", "HEARTH_LOG_LEVEL=debug",
		"HEARTH_ATTENDANCE_URL=https://clinic.example/hook", "HEARTH_ATTENDANCE_SECRET="+goodSecret)
	if problems != nil {
		t.Fatal(problems)
	}
	want := Config{Addr: ":8443", PublicURL: "https://meet.clinic.example", TLSCert: cert, TLSKey: key,
		TrustProxy: []netip.Prefix{netip.MustParsePrefix("10.0.0.5/32"), netip.MustParsePrefix("fd00::/64")},
		MediaUDP:   ":7000", MediaTCP: "0.0.0.0:7001", MediaPlain: true, MediaAnnounce: []netip.Addr{netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("2001:db8::1")},
		TurnUDP: ":3478", TurnTLS: "192.0.2.8:443", TurnHost: "meet.clinic.example", TurnCert: cert, TurnKey: key, TurnAllocations: 99,
		TurnURLs: []string{"turn:meet.clinic.example:3478?transport=udp", "turns:[2001:db8::2]:443?transport=tcp"},
		OpsAddr:  "0.0.0.0:9091", OpsRemote: true, RedisURL: "redis://u:pw@redis:6379/2", Node: "n-1",
		InternalAddr: "10.0.0.7:7443", InternalURL: "https://n1.internal:7443", NodeOrigin: "https://a.clinic.example", KeyFile: "/k",
		TokenIssuer: "clinic", TokenAudience: "meet", TokenKeys: keys, TokenJWKS: "https://clinic.example/jwks",
		TokenLifetime: 48 * time.Hour, Patients: 15, Facilitators: 1, Support: 0, Waiting: 5, Grace: time.Minute,
		HoldClose: 10 * time.Minute, SessionMinutes: 45, DoorMinutes: 20, HideQuick: true, RemovalDays: 0, Joins: 300, CrisisText: strings.TrimPrefix(goodCrisis, "HEARTH_CRISIS_TEXT="),
		ClinicContact: "Call us: 555-0100", ExitURL: "https://weather.example/", Origins: []string{"https://a.example", "http://localhost:3000"},
		LogLevel: slog.LevelDebug, AttendanceURL: "https://clinic.example/hook", AttendanceSecret: goodSecret}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("\n%#v\nwant\n%#v", c, want)
	}
	alone, problems := load(t, nil, "HEARTH_TOKEN_SECRET="+goodSecret) // which several nodes may not have
	if problems != nil || alone.TokenSecret != goodSecret {
		t.Errorf("the secret was not taken: %v", problems)
	}
	c.TokenSecret = alone.TokenSecret
	for field, v := range reflect.ValueOf(c).Fields() {
		if v.IsZero() && field.Name != "Support" && field.Name != "RemovalDays" {
			t.Errorf("%s was not set by this test", field.Name)
		}
	}
}

func TestPrecedence(t *testing.T) {
	file := write(t, "conf", "HEARTH_PATIENTS=8\nHEARTH_WAITING=8\nHEARTH_GRACE=80s\n")
	c, problems := load(t, []string{"--patients", "10"}, "HEARTH_CONFIG="+file, "HEARTH_PATIENTS=9", "HEARTH_WAITING=9", "HEARTH_SUPPORT=")
	if problems != nil {
		t.Fatal(problems)
	}
	got := fmt.Sprint(c.Patients, c.Waiting, c.Grace, c.Support)
	if want := "10 9 1m20s 2"; got != want {
		t.Errorf("flag, variable, file, default: %s, want %s", got, want)
	}
	other := write(t, "conf", "HEARTH_GRACE=70s")
	if c, _ := load(t, []string{"-config=" + other}, "HEARTH_CONFIG="+file); c.Grace != 70*time.Second {
		t.Errorf("-config does not go before HEARTH_CONFIG: %v", c.Grace)
	}
}

// The flag of a value that is refused in a lower place must still win.
func TestOnlyTheWinnerIsJudged(t *testing.T) {
	if _, problems := load(t, []string{"-patients", "10"}, "HEARTH_PATIENTS=99"); problems != nil {
		t.Error(problems)
	}
	if _, problems := load(t, []string{"-patients", "99"}, "HEARTH_PATIENTS=10"); len(problems) != 1 {
		t.Error(problems)
	}
}

// What must not start (M-O1 and more): the setting, and a word of the line.
func TestRefusals(t *testing.T) {
	for _, tc := range []struct{ env, setting, says string }{
		{"HEARTH_PATIENT=9", "HEARTH_PATIENT", "did you mean HEARTH_PATIENTS?"},
		{"HEARTH_PUBLICURL=https://x.example", "HEARTH_PUBLICURL", "did you mean HEARTH_PUBLIC_URL?"},
		{"HEARTH_REIDS_URL=redis://r", "HEARTH_REIDS_URL", "did you mean HEARTH_REDIS_URL?"},
		{"HEARTH_RECORDING=on", "HEARTH_RECORDING", "remove it"},
		{"HEARTH_PATIENTS_FILE=/x", "HEARTH_PATIENTS_FILE", "HEARTH_PATIENTS"},
		{"HEARTH_=x", "HEARTH_", "unknown"},
		{"HEARTH_A\nB=x", "HEARTH_A\nB", "HEARTH_A?B: unknown"},

		{"HEARTH_PATIENTS=16", "HEARTH_PATIENTS", "16 is over 15; set a number from 1 to 15"},
		{"HEARTH_PATIENTS=0", "HEARTH_PATIENTS", "below 1"},
		{"HEARTH_PATIENTS=twelve", "HEARTH_PATIENTS", "not a number"},
		{"HEARTH_PATIENTS=9999999999999999999999", "HEARTH_PATIENTS", "not a number"},
		{"HEARTH_FACILITATORS=0", "HEARTH_FACILITATORS", "below 1"},
		{"HEARTH_FACILITATORS=3", "HEARTH_FACILITATORS", "over 2"},
		{"HEARTH_SUPPORT=3", "HEARTH_SUPPORT", "over 2"},
		{"HEARTH_WAITING=51", "HEARTH_WAITING", "over 50"},
		{"HEARTH_SESSION_MINUTES=14", "HEARTH_SESSION_MINUTES", "below 15"},
		{"HEARTH_DOOR_MINUTES=121", "HEARTH_DOOR_MINUTES", "over 120"},
		{"HEARTH_ATTENDANCE_SECRET=" + goodSecret, "HEARTH_ATTENDANCE_URL", "missing beside"},
		{"HEARTH_ATTENDANCE_URL=https://clinic.example/", "HEARTH_ATTENDANCE_SECRET", "missing beside"},
		{"HEARTH_ATTENDANCE_SECRET=short", "HEARTH_ATTENDANCE_SECRET", "openssl"},
		{"HEARTH_ATTENDANCE_URL=http://clinic.example/", "HEARTH_ATTENDANCE_URL", "http without TLS"},
		{"HEARTH_ATTENDANCE_URL=https://u:p@clinic.example/", "HEARTH_ATTENDANCE_URL", "not a web address"},
		{"HEARTH_HIDE_QUICK=yes", "HEARTH_HIDE_QUICK", "neither true nor false"},
		{"HEARTH_REMOVAL_DAYS=181", "HEARTH_REMOVAL_DAYS", "over 180"},
		{"HEARTH_REMOVAL_DAYS=-1", "HEARTH_REMOVAL_DAYS", "below 0"},
		{"HEARTH_GRACE=5s", "HEARTH_GRACE", "10s to 10m"},
		{"HEARTH_GRACE=120", "HEARTH_GRACE", "like 90s"},
		{"HEARTH_HOLD_CLOSE=3h", "HEARTH_HOLD_CLOSE", "1m to 2h"},
		{"HEARTH_TOKEN_LIFETIME=1000h", "HEARTH_TOKEN_LIFETIME", "168h"},

		{"HEARTH_TOKEN_SECRET=hunter2", "HEARTH_TOKEN_SECRET", "has 7 bytes and needs at least 32; make one with: openssl"},
		{"HEARTH_TOKEN_SECRET=your-256-bit-secret-your-256-bit-secret", "HEARTH_TOKEN_SECRET", "example"},
		{"HEARTH_TOKEN_SECRET_FILE=/does/not/exist", "HEARTH_TOKEN_SECRET", "cannot be read"},
		{"HEARTH_TOKEN_KEYS=/does/not/exist", "HEARTH_TOKEN_KEYS", "cannot be read"},
		{"HEARTH_TOKEN_KEYS=/dev/null", "HEARTH_TOKEN_KEYS", "no PUBLIC KEY"},
		{"HEARTH_TOKEN_JWKS=http://clinic.example/jwks", "HEARTH_TOKEN_JWKS", "https"},
		{"HEARTH_TOKEN_ISSUER=the clinic", "HEARTH_TOKEN_ISSUER", "not a word"},

		{"HEARTH_ADDR=8080", "HEARTH_ADDR", "not host:port"},
		{"HEARTH_ADDR=https://x:1", "HEARTH_ADDR", "not host:port"},
		{"HEARTH_ADDR=localhost:http", "HEARTH_ADDR", "port"},
		{"HEARTH_ADDR=localhost:70000", "HEARTH_ADDR", "port"},
		{"HEARTH_OPS_ADDR=:9090", "HEARTH_OPS_ADDR", "HEARTH_OPS_REMOTE=true"},
		{"HEARTH_OPS_ADDR=192.0.2.1:9090", "HEARTH_OPS_ADDR", "other machines"},
		{"HEARTH_OPS_REMOTE=yes", "HEARTH_OPS_REMOTE", "true or false"},
		{"HEARTH_PUBLIC_URL=http://meet.example", "HEARTH_PUBLIC_URL", "without TLS"},
		{"HEARTH_PUBLIC_URL=meet.example", "HEARTH_PUBLIC_URL", "not a web address"},
		{"HEARTH_PUBLIC_URL=https://meet.example/room", "HEARTH_PUBLIC_URL", "path"},
		{"HEARTH_PUBLIC_URL=https://a:b@meet.example", "HEARTH_PUBLIC_URL", "not a web address"},
		{"HEARTH_ORIGINS=https://a.example,*", "HEARTH_ORIGINS", "not a web address"},
		{"HEARTH_ORIGINS=https://*.example", "HEARTH_ORIGINS", "not a web address"},
		{"HEARTH_ORIGINS=null", "HEARTH_ORIGINS", "not a web address"},
		{"HEARTH_TRUST_PROXY=0.0.0.0/0", "HEARTH_TRUST_PROXY", "everybody"},
		{"HEARTH_TRUST_PROXY=nginx", "HEARTH_TRUST_PROXY", "address/length"},
		{"HEARTH_MEDIA_ANNOUNCE=example.com", "HEARTH_MEDIA_ANNOUNCE", "IP address"},
		{"HEARTH_MEDIA_ANNOUNCE=0.0.0.0", "HEARTH_MEDIA_ANNOUNCE", "IP address"},
		{"HEARTH_TURN_UDP=3478", "HEARTH_TURN_UDP", "not host:port"},
		{"HEARTH_TURN_TLS=:5349", "HEARTH_TURN_TLS", "TLS without a certificate; set HEARTH_TURN_CERT and HEARTH_TURN_KEY"},
		{"HEARTH_TURN_HOST=turn.clinic.example:3478", "HEARTH_TURN_HOST", "without a port"},
		{"HEARTH_TURN_HOST=https://turn.clinic.example", "HEARTH_TURN_HOST", "not a name"},
		{"HEARTH_TURN_HOST=turn.clinic.example", "HEARTH_TURN_UDP", "no relay"},
		{"HEARTH_TURN_CERT=/c.pem", "HEARTH_TURN_UDP", "no relay"},
		{"HEARTH_TURN_URLS=turn.clinic.example", "HEARTH_TURN_URLS", "not an address of a relay"},
		{"HEARTH_TURN_URLS=turns:turn.clinic.example:443?transport=udp", "HEARTH_TURN_URLS", "not an address of a relay"},
		{"HEARTH_TURN_ALLOCATIONS=2", "HEARTH_TURN_ALLOCATIONS", "below 16"},
		{"HEARTH_REDIS_URL=localhost:6379", "HEARTH_REDIS_URL", "not a Redis address"},
		{"HEARTH_REDIS_URL=http://redis", "HEARTH_REDIS_URL", "not a Redis address"},
		{"HEARTH_INTERNAL_ADDR=7443", "HEARTH_INTERNAL_ADDR", "not host:port"},
		{"HEARTH_INTERNAL_ADDR=10.0.0.7:7443", "HEARTH_REDIS_URL", "several nodes share one Redis"},
		{"HEARTH_INTERNAL_URL=https://10.0.0.7:7443", "HEARTH_INTERNAL_ADDR", "missing beside"},
		{"HEARTH_INTERNAL_URL=http://10.0.0.7:7443", "HEARTH_INTERNAL_URL", "not an address between nodes"},
		{"HEARTH_INTERNAL_URL=https://10.0.0.7", "HEARTH_INTERNAL_URL", "without a port"},
		{"HEARTH_INTERNAL_URL=https://10.0.0.7:1/x", "HEARTH_INTERNAL_URL", "with a path"},
		{"HEARTH_NODE_ORIGIN=a.meet.example", "HEARTH_NODE_ORIGIN", "not a web address"},
		{"HEARTH_NODE=a b", "HEARTH_NODE", "1 to 32"},
		{"HEARTH_TLS_CERT=/c.pem", "HEARTH_TLS_KEY", "missing"},
		{"HEARTH_TLS_KEY=/k.pem", "HEARTH_TLS_CERT", "missing"},
		{"HEARTH_EXIT_URL=javascript:alert(1)", "HEARTH_EXIT_URL", "http"},
		{"HEARTH_EXIT_URL=/", "HEARTH_EXIT_URL", "http"},
		{"HEARTH_CRISIS_TEXT=Call us", "HEARTH_CRISIS_TEXT", "too short"},
		{"HEARTH_CLINIC_CONTACT=a\x00b", "HEARTH_CLINIC_CONTACT", "plain text"},
		{"HEARTH_CLINIC_CONTACT=\xff\xfe", "HEARTH_CLINIC_CONTACT", "plain text"},
		{"HEARTH_LOG_LEVEL=trace", "HEARTH_LOG_LEVEL", "debug, info, warn or error"},
		{"HEARTH_CONFIG=/does/not/exist", "HEARTH_CONFIG", "cannot be read"},
	} {
		env := slices.DeleteFunc(environ(), func(e string) bool { return strings.HasPrefix(tc.env, "HEARTH_CRISIS_TEXT") && e == goodCrisis })
		_, _, err := LoadConfig(nil, append(env, tc.env), nil)
		var problems Problems
		if !errors.As(err, &problems) || len(problems) != 1 {
			t.Errorf("%s: %v", tc.env, err)
			continue
		}
		if p := problems[0]; p.Setting != tc.setting || !strings.Contains(p.String(), tc.says) || p.Fix == "" || strings.Contains(p.String(), "\n") {
			t.Errorf("%s: %q, want %s and %q", tc.env, p, tc.setting, tc.says)
		}
	}
}

func TestCrisisTextIsRequired(t *testing.T) {
	for _, env := range [][]string{nil, {"HEARTH_CRISIS_TEXT="}} {
		_, _, err := LoadConfig(nil, append(env, "HEARTH_KEY_FILE=/k"), nil)
		if err == nil || !strings.HasPrefix(err.Error(), "HEARTH_CRISIS_TEXT: missing; ") {
			t.Errorf("%v", err)
		}
	}
}

func TestPlaintextOnAPublicAddress(t *testing.T) {
	const url = "HEARTH_PUBLIC_URL=https://meet.example"
	for _, addr := range []string{":8080", "0.0.0.0:8080", "[::]:8080", "192.0.2.1:80", "10.0.0.1:80", "meet.example:80", "127.0.0.1.example:80"} {
		_, problems := load(t, nil, "HEARTH_ADDR="+addr, url)
		if len(problems) != 1 || problems[0].Setting != "HEARTH_ADDR" || !strings.Contains(problems[0].Wrong, "plain HTTP") {
			t.Errorf("%s: %v", addr, problems)
		}
		if _, problems := load(t, nil, "HEARTH_ADDR="+addr, url, "HEARTH_TRUST_PROXY=10.0.0.5"); problems != nil {
			t.Errorf("%s behind a proxy: %v", addr, problems)
		}
	}
	for _, addr := range []string{"localhost:8080", "127.0.0.1:80", "127.8.8.8:80", "[::1]:0", "[::ffff:127.0.0.1]:1"} {
		if _, problems := load(t, nil, "HEARTH_ADDR="+addr, url); problems != nil {
			t.Errorf("%s: %v", addr, problems)
		}
	}
	_, problems := load(t, nil, "HEARTH_ADDR=:8080", "HEARTH_TRUST_PROXY=10.0.0.5")
	if len(problems) != 1 || problems[0].Setting != "HEARTH_PUBLIC_URL" {
		t.Errorf("without a public URL: %v", problems)
	}
}

func TestTrusts(t *testing.T) {
	c, problems := load(t, nil, "HEARTH_TRUST_PROXY=10.0.0.5,192.0.2.0/24,fd00::/64")
	if problems != nil {
		t.Fatal(problems)
	}
	for addr, want := range map[string]bool{"10.0.0.5": true, "::ffff:10.0.0.5": true, "10.0.0.6": false, "192.0.2.77": true,
		"fd00::1%eth0": true, "fd01::1": false, "127.0.0.1": false} {
		if c.Trusts(netip.MustParseAddr(addr)) != want {
			t.Errorf("%s: trusted is not %v", addr, want)
		}
	}
	if (Config{}).Trusts(netip.MustParseAddr("10.0.0.5")) {
		t.Error("trusted without a list")
	}
}

// Behind a proxy on the same machine the people behind it are told apart: else
// one of them could use up the limits of all.
func TestProxyOnThisMachineIsTrusted(t *testing.T) {
	local := netip.MustParseAddr("127.0.0.1")
	for _, tc := range []struct {
		env  []string
		want bool
	}{
		{nil, false},
		{[]string{"HEARTH_PUBLIC_URL=https://meet.example"}, true},
		{[]string{"HEARTH_ADDR=[::1]:80", "HEARTH_PUBLIC_URL=https://meet.example"}, true},
		{[]string{"HEARTH_PUBLIC_URL=http://localhost:8080"}, false},
		{[]string{"HEARTH_PUBLIC_URL=https://meet.example", "HEARTH_TRUST_PROXY=10.0.0.5"}, false},
		{[]string{"HEARTH_ADDR=:1", "HEARTH_TRUST_PROXY=10.0.0.5", "HEARTH_PUBLIC_URL=https://meet.example"}, false},
	} {
		c, problems := load(t, nil, tc.env...)
		if problems != nil || c.Trusts(local) != tc.want || c.Trusts(netip.MustParseAddr("192.0.2.1")) {
			t.Errorf("%v: trusts %v, problems %v", tc.env, c.TrustProxy, problems)
		}
	}
}

// Media listens on loopback only where nobody else could open the page.
func TestMediaFollowsTheAddress(t *testing.T) {
	for _, tc := range []struct {
		env  []string
		want string
	}{
		{nil, ":0"},
		{[]string{"HEARTH_ADDR=[::1]:1"}, ":0"},
		{[]string{"HEARTH_PUBLIC_URL=https://meet.example"}, ":7881"},
		{[]string{"HEARTH_ADDR=:1", "HEARTH_TRUST_PROXY=10.0.0.5", "HEARTH_PUBLIC_URL=https://meet.example"}, ":7881"},
		{[]string{"HEARTH_MEDIA_UDP=1.2.3.4:5", "HEARTH_MEDIA_TCP=1.2.3.4:5"}, "1.2.3.4:5"},
	} {
		c, problems := load(t, nil, tc.env...)
		if problems != nil || c.MediaUDP != tc.want || c.MediaTCP != tc.want {
			t.Errorf("%v: %s %s, want %s %v", tc.env, c.MediaUDP, c.MediaTCP, tc.want, problems)
		}
	}
}

func TestPublicURLWaitsForThePort(t *testing.T) {
	c, problems := load(t, nil, "HEARTH_ADDR=[::1]:0")
	if problems != nil || c.PublicURL != "" || !c.Local() {
		t.Fatalf("%q %v", c.PublicURL, problems)
	}
	if c.Bound(4321); c.PublicURL != "http://[::1]:4321" {
		t.Errorf("%q", c.PublicURL)
	}
	c, _ = load(t, nil, "HEARTH_PUBLIC_URL=https://meet.example")
	if c.Bound(1); c.PublicURL != "https://meet.example" || c.Local() {
		t.Errorf("%q", c.PublicURL)
	}
}

// All problems at once, each on a line of its own.
func TestAllProblemsAtOnce(t *testing.T) {
	file := write(t, "conf", "HEARTH_WAITING=0\nnonsense\nPATIENTS=3\nexport X=1\nHEARTH_SUPPORT=1\nHEARTH_SUPPORT=2\n")
	_, _, err := LoadConfig([]string{"-patiens=3", "-grace", "1s", "-node"}, []string{"HEARTH_CONFIG=" + file, "HEARTH_PATIENTS=16",
		"HEARTH_TYPO=1", "HEARTH_KEY_FILE=/k"}, nil)
	if err == nil {
		t.Fatal("it starts")
	}
	lines := strings.Split(err.Error(), "\n")
	for _, want := range []string{"-patiens: unknown flag; did you mean -patients?", "HEARTH_GRACE: ", "HEARTH_NODE: the flag has no value",
		"HEARTH_PATIENTS: 16 is over 15", "HEARTH_TYPO: unknown variable", "HEARTH_WAITING: 0 is below 1", "line 2 of the file: not a setting; write lines like",
		"line 3 of the file: not a setting; did you mean HEARTH_PATIENTS?", "line 4 of the file: not a setting; write", "HEARTH_SUPPORT: twice in the file",
		"HEARTH_CRISIS_TEXT: missing"} {
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, want) }) {
			t.Errorf("no line begins with %q", want)
		}
	}
	if len(lines) != 11 {
		t.Errorf("%d lines:\n%s", len(lines), err)
	}
}

// A command minds only the settings it needs, and typing errors.
func TestInviteDoesNotNeedACrisisText(t *testing.T) {
	args := []string{"--room", "R", "--public-url", "https://meet.example", "--count=3"}
	env := []string{"HEARTH_KEY_FILE=/k", "HEARTH_PATIENTS=99"}
	c, rest, err := LoadConfig(args, env, inviteKeys)
	if err != nil || c.PublicURL != "https://meet.example" || !slices.Equal(rest, []string{"--room", "R", "--count=3"}) {
		t.Errorf("%v %q %v", rest, c.PublicURL, err)
	}
	if _, _, err := LoadConfig(nil, append(env, "HEARTH_PUBLICURL=x"), inviteKeys); err == nil {
		t.Error("an unknown variable is taken")
	}
	for _, key := range append(slices.Clone(inviteKeys), healthcheckKeys...) {
		if find(key) == nil {
			t.Errorf("%s is no setting", key)
		}
	}
}

func TestSecretsFromFiles(t *testing.T) {
	secretFile := write(t, "secret", goodSecret+"\r\n")
	redisFile := write(t, "redis", "redis://:pw@redis:6379\n")
	c, problems := load(t, []string{"-redis-url-file", redisFile}, "HEARTH_TOKEN_SECRET_FILE="+secretFile)
	if problems != nil || c.TokenSecret != goodSecret || c.RedisURL != "redis://:pw@redis:6379" {
		t.Errorf("%v", problems)
	}
	_, problems = load(t, nil, "HEARTH_TOKEN_SECRET_FILE="+secretFile, "HEARTH_TOKEN_SECRET="+goodSecret)
	if len(problems) != 1 || !strings.Contains(problems[0].Wrong, "twice") {
		t.Errorf("both forms: %v", problems)
	}
	_, problems = load(t, nil, "HEARTH_TOKEN_SECRET_FILE="+write(t, "empty", "\n"))
	if len(problems) != 1 || !strings.Contains(problems[0].Wrong, "empty") {
		t.Errorf("an empty file: %v", problems)
	}
	for _, flag := range []string{"-token-secret", "-redis-url"} {
		if _, problems := load(t, []string{flag, "x"}); len(problems) == 0 {
			t.Errorf("%s is a flag: everybody on the machine could read it", flag)
		}
	}
}

func TestSecretsStayHidden(t *testing.T) {
	c, problems := load(t, nil, "HEARTH_TOKEN_SECRET="+goodSecret, "HEARTH_REDIS_URL=redis://:hunter2@redis:6379")
	if problems != nil {
		t.Fatal(problems)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "config", c, "secret", c.TokenSecret)
	dump, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	texts := fmt.Sprintf("%v %+v %#v %s %s", c, c, c, log.String(), dump)
	_, problems = load(t, nil, "HEARTH_TOKEN_SECRET="+goodSecret[:31], "HEARTH_REDIS_URL=ftp://:hunter2@redis")
	texts += problems.Error()
	if len(problems) != 2 || strings.Contains(texts, goodSecret[:16]) || strings.Contains(texts, "hunter2") {
		t.Errorf("a secret shows: %s", texts)
	}
	if !strings.Contains(log.String(), `"token_secret":"hidden"`) {
		t.Errorf("log: %s", log.String())
	}
}

// The bounds of the seats fit the circle.
func TestSeatsFitTheCircle(t *testing.T) {
	c, problems := load(t, nil, "HEARTH_PATIENTS=15", "HEARTH_FACILITATORS=2", "HEARTH_SUPPORT=2")
	if problems != nil || c.Patients+c.Facilitators+c.Support > 20 {
		t.Errorf("%d seats %v", c.Patients+c.Facilitators+c.Support, problems)
	}
}

func TestConfigFile(t *testing.T) {
	var problems Problems
	got := parseConfigFile([]byte("\n# a comment\r\n  HEARTH_PATIENTS = 9 \r\nHEARTH_CRISIS_TEXT=\"Call 112; a=b # no comment\"\nHEARTH_EXIT_URL='x'\nHEARTH_NODE=\""), &problems)
	want := source{"PATIENTS": "9", "CRISIS_TEXT": "Call 112; a=b # no comment", "EXIT_URL": "x", "NODE": `"`}
	if !reflect.DeepEqual(got, want) || problems != nil {
		t.Errorf("%v %v", got, problems)
	}
}

func FuzzConfigFile(f *testing.F) {
	f.Add([]byte("HEARTH_PATIENTS=12\n# x\nHEARTH_TOKEN_SECRET=" + goodSecret))
	f.Add([]byte("HEARTH_PATIENTS\n=\n==\nHEARTH_=\nHEARTH_CONFIG=x\n\"'\x00"))
	if example, err := os.ReadFile("../../deploy/env.example"); err == nil {
		f.Add(example)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var problems Problems
		values := parseConfigFile(data, &problems)
		for key, value := range values {
			if !known(key) || strings.ContainsAny(value, "\n") {
				t.Errorf("took %q=%q", key, value)
			}
		}
		var c Config
		set := c.fill([]source{without(values)}, &problems)
		c.derive(set, &problems)
		c.check(set, &problems)
		for _, p := range problems {
			if p.Setting == "" || p.Wrong == "" || p.Fix == "" || strings.ContainsAny(p.String(), "\n\r\x00") {
				t.Errorf("a problem says nothing: %#v", p)
			}
		}
		if c.Patients < 1 || c.Patients > 15 || c.Facilitators < 1 || c.Facilitators > 2 || c.Support < 0 || c.Support > 2 ||
			c.Grace < 10*time.Second || c.RemovalDays < 0 || c.RemovalDays > 180 {
			t.Errorf("out of bounds: %+v", c)
		}
		if len(problems) == 0 && !loopbackAddr(c.Addr) && c.TLSCert == "" && len(c.TrustProxy) == 0 {
			t.Errorf("plain HTTP on %q", c.Addr)
		}
	})
}

// without leaves out what would read files that a fuzzer names.
func without(values source) source {
	for _, key := range []string{"TOKEN_KEYS", "TOKEN_SECRET_FILE", "REDIS_URL_FILE", "TLS_CERT", "TLS_KEY"} {
		delete(values, key)
	}
	return values
}

func TestNearest(t *testing.T) {
	for name, want := range map[string]string{"PATIENS": "PATIENTS", "MEDIA_UPD": "MEDIA_UDP", "LOGLEVEL": "LOG_LEVEL", "RECORDING": "", "": "",
		"PATIENTS" + strings.Repeat("X", 1<<20): ""} {
		if got := nearest(name, knownKeys()); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestHelpNamesEverySetting(t *testing.T) {
	var b strings.Builder
	usage(&b)
	for _, s := range settings {
		if !strings.Contains(b.String(), prefix+s.key) || !strings.Contains(b.String(), s.help) {
			t.Errorf("%s is not in the help", s.key)
		}
	}
	if !wantsHelp([]string{"serve", "--help"}) || wantsHelp([]string{"-node", "x"}) {
		t.Error("wantsHelp")
	}
}
