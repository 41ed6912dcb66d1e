package main

import (
	"debug/elf"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

var updateEnv = flag.Bool("update-env", false, "write deploy/env.example anew from the settings")

const deployDir = "../../deploy"

func readDeploy(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(deployDir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

const envHead = `# Settings of Hearth, one variable each, with their defaults. An empty value is
# the default too. Copy this file to hearth.env and change what differs.
# hearth -help says the same.
`

// envExample is deploy/env.example as the settings have it.
func envExample() string {
	var b strings.Builder
	b.WriteString(envHead)
	for _, s := range settings {
		b.WriteString("\n" + wrap(s.help, 96))
		if s.secret {
			b.WriteString("# Or " + prefix + s.key + "_FILE, a file that holds it.\n")
		}
		b.WriteString(prefix + s.key + "=" + s.value + "\n")
	}
	return b.String()
}

// wrap writes a text as comment lines.
func wrap(s string, width int) string {
	var b strings.Builder
	line := "#"
	for _, w := range strings.Fields(s) {
		if len(line)+1+len(w) > width {
			b.WriteString(line + "\n")
			line = "#"
		}
		line += " " + w
	}
	return b.String() + line + "\n"
}

// Key by key: every setting is there with its default and its sentence, and
// nothing else is.
func TestEnvExample(t *testing.T) {
	path := filepath.Join(deployDir, "env.example")
	if *updateEnv {
		if err := os.WriteFile(path, []byte(envExample()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text := readDeploy(t, "env.example")
	var problems Problems
	values := parseConfigFile([]byte(text), &problems)
	if problems != nil {
		t.Error(problems)
	}
	for _, s := range settings {
		value, there := values[s.key]
		if !there || value != s.value {
			t.Errorf("%s%s is %q in env.example, its default is %q", prefix, s.key, value, s.value)
		}
		if !strings.Contains(text, wrap(s.help, 96)) {
			t.Errorf("%s%s has another explanation in env.example", prefix, s.key)
		}
		delete(values, s.key)
	}
	if len(values) > 0 {
		t.Errorf("env.example has more than the settings: %v", values)
	}
	if text != envExample() {
		t.Error("env.example is not what the settings say; run: go test ./cmd/hearth -run TestEnvExample -update-env")
	}
}

// With nothing but the crisis text filled in, the example starts a server.
func TestEnvExampleStarts(t *testing.T) {
	file := write(t, "hearth.env", readDeploy(t, "env.example"))
	_, _, err := LoadConfig(nil, []string{"HEARTH_CONFIG=" + file, "HOME=/home/nobody", "HEARTH_KEY_FILE=/k"}, nil)
	if err == nil || !strings.HasPrefix(err.Error(), "HEARTH_CRISIS_TEXT: missing") || strings.Contains(err.Error(), "\n") {
		t.Errorf("as it is: %v", err)
	}
	if _, _, err := LoadConfig(nil, environ("HEARTH_CONFIG="+file), nil); err != nil {
		t.Errorf("with a crisis text: %v", err)
	}
}

var hearthVariable = regexp.MustCompile(`HEARTH_[A-Z_]+`)

// No file of deploy/ speaks of a setting that does not exist.
func TestDeployNamesRealSettings(t *testing.T) {
	for _, name := range []string{"compose.yaml", "Dockerfile", "README.md"} {
		for _, v := range hearthVariable.FindAllString(readDeploy(t, name), -1) {
			if key := strings.TrimPrefix(v, prefix); !slices.Contains(knownKeys(), key) {
				t.Errorf("%s names %s", name, v)
			}
		}
	}
}

// block is what stands under a key of compose.yaml, by indentation.
func block(t *testing.T, text, key string, indent int) string {
	t.Helper()
	head := strings.Repeat(" ", indent) + key + ":"
	lines := strings.Split(text, "\n")
	from := slices.IndexFunc(lines, func(l string) bool { return l == head })
	if from < 0 {
		t.Fatalf("compose.yaml has no %s", key)
	}
	to := from + 1
	for to < len(lines) && (strings.TrimSpace(lines[to]) == "" || strings.HasPrefix(lines[to], head[:indent]+" ")) {
		to++
	}
	return strings.Join(lines[from:to], "\n")
}

func TestCompose(t *testing.T) {
	services := block(t, readDeploy(t, "compose.yaml"), "services", 0)
	redis, hearth := block(t, services, "redis", 2), block(t, services, "hearth", 2)
	for _, want := range []string{"image: redis:", "--appendonly yes", "--maxmemory-policy noeviction", "redis-data:/data"} {
		if !strings.Contains(redis, want) {
			t.Errorf("redis lacks %q", want)
		}
	}
	if strings.Contains(redis, "ports:") {
		t.Error("the port of Redis is published")
	}
	for _, want := range []string{"dockerfile: deploy/Dockerfile", "env_file:", "HEARTH_REDIS_URL: redis://redis:6379", "7881:7881/udp",
		"7881:7881/tcp", "127.0.0.1:8080:8080", "read_only: true", "no-new-privileges", "cap_drop:", "stop_grace_period:"} {
		if !strings.Contains(hearth, want) {
			t.Errorf("hearth lacks %q", want)
		}
	}
	if strings.Contains(hearth, ":9090") {
		t.Error("the operations listener is published")
	}
}

// The settings that compose.yaml makes, with an address and a crisis text,
// start a server.
func TestComposeSettingsStart(t *testing.T) {
	compose := block(t, readDeploy(t, "compose.yaml"), "environment", 4)
	env := environ("HEARTH_PUBLIC_URL=https://meet.clinic.example")
	for line := range strings.Lines(compose) {
		line, _, _ = strings.Cut(line, " #")
		if key, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok && strings.HasPrefix(key, prefix) {
			env = append(slices.DeleteFunc(env, func(e string) bool { return strings.HasPrefix(e, key+"=") }), key+"="+unquote(value))
		}
	}
	c, _, err := LoadConfig(nil, env, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != ":8080" || c.MediaUDP != ":7881" || c.MediaTCP != ":7881" || c.RedisURL == "" || len(c.TrustProxy) != 1 {
		t.Errorf("%+v", c)
	}
	gateway := "gateway: " + c.TrustProxy[0].Addr().String()
	if !strings.Contains(readDeploy(t, "compose.yaml"), gateway) {
		t.Errorf("the trusted proxy is not the network's gateway: %s", gateway)
	}
}

func TestDockerfile(t *testing.T) {
	text := readDeploy(t, "Dockerfile")
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(string(mod))[1]
	for _, want := range []string{"FROM golang:" + version + " AS build", "CGO_ENABLED=0", "FROM scratch", fmt.Sprintf("USER %d:%[1]d", imageUser),
		`HEALTHCHECK`, `CMD ["/hearth", "healthcheck"]`, `ENTRYPOINT ["/hearth"]`, strings.Join(buildFlags, " ")} {
		if !strings.Contains(text, want) {
			t.Errorf("Dockerfile lacks %q", want)
		}
	}
}

// buildFlags are those of the Dockerfile.
var buildFlags = []string{"-trimpath", `-ldflags="-s -w"`}

// imageUser is the user and the group of the Dockerfile.
const imageUser = 65532

// What the Dockerfile copies into an empty image needs no library there, and
// nothing else either.
func TestBinaryIsStatic(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	root := t.TempDir()
	binary := filepath.Join(root, "hearth")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := elf.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("the program needs a loader: %v", p.Type)
		}
	}
	if libraries, err := f.ImportedLibraries(); err == nil && len(libraries) > 0 {
		t.Errorf("the program needs %v", libraries)
	}
	t.Run("in an empty root", func(t *testing.T) { startsAlone(t, root) })
}

// startsAlone starts the program in a root directory that holds nothing else but
// the directory of the key, as the user and with the settings of the image. The
// certificates of the image are left out: only a key set over https needs them.
func startsAlone(t *testing.T, root string) {
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		cannot(t, "only root may give a process another root directory and user")
	}
	key := regexp.MustCompile(`(?m)^ENV HEARTH_KEY_FILE=(\S+)$`).FindStringSubmatch(readDeploy(t, "Dockerfile"))[1]
	data := filepath.Join(root, filepath.Dir(key))
	err := errors.Join(os.MkdirAll(data, 0o755), os.Chown(data, imageUser, imageUser), os.Chmod(data, 0o700),
		os.Chmod(root, 0o755), os.Chmod(filepath.Join(root, "hearth"), 0o755)) // whatever the umask
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, name: "the image", bin: "/hearth", root: root, ops: freeAddr(t), log: &logBook{}}
	s.env = variables(map[string]string{"ADDR": "127.0.0.1:0", "OPS_ADDR": s.ops, "MEDIA_UDP": "127.0.0.1:0", "MEDIA_TCP": "127.0.0.1:0",
		"KEY_FILE": key, "CRISIS_TEXT": "In danger? Call 112 at once."})
	s.start()
	if err := s.command("healthcheck").Run(); err != nil {
		t.Errorf("the health check of the image: %v\n%s", err, s.log)
	}
	if info, err := os.Stat(filepath.Join(root, key)); err != nil || info.Mode() != 0o600 {
		t.Errorf("the key file: %v, %v", info, err)
	}
	s.term()
	s.ends(patience)
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("ended with %d:\n%s", code, s.log)
	}
}
