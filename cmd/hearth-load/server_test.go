package main

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience bounds every wait of a test.
const patience = 30 * time.Second

// buildDir is where buildServer has built, "" while it has not. TestMain reads it
// after all tests.
var buildDir string

// buildServer builds the real server once for all tests.
var buildServer = sync.OnceValues(func() (path string, err error) {
	if buildDir, err = os.MkdirTemp("", "hearth-load-"); err != nil {
		return "", err
	}
	path = filepath.Join(buildDir, "hearth")
	build := exec.Command("go", "build", "-o", path, "hearth/cmd/hearth")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", errors.New(string(out))
	}
	return path, nil
})

// server is the real one, as a process of its own on loopback.
type server struct {
	url, ops, keyFile string
	stop              func() // ends it; once
}

// startServer starts a server with some variables besides those it needs.
func startServer(t *testing.T, vars ...string) *server {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and starts a server")
	}
	path, err := buildServer()
	if err != nil {
		t.Fatal(err)
	}
	for range 5 { // the free port may be somebody else's by now
		if s := tryServer(t, path, vars); s != nil {
			return s
		}
	}
	t.Fatal("no server")
	return nil
}

func tryServer(t *testing.T, path string, vars []string) *server {
	dir, ops := t.TempDir(), freeAddr(t)
	out, err := os.Create(filepath.Join(dir, "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	s := &server{ops: "http://" + ops, keyFile: filepath.Join(dir, "keys", "key")}
	cmd := exec.Command(path)
	cmd.Env = append([]string{"HEARTH_ADDR=127.0.0.1:0", "HEARTH_OPS_ADDR=" + ops, "HEARTH_KEY_FILE=" + s.keyFile,
		"HEARTH_MEDIA_UDP=127.0.0.1:0", "HEARTH_MEDIA_TCP=127.0.0.1:0", "HEARTH_CRISIS_TEXT=In danger? Call 112 at once."}, vars...)
	cmd.Stdout = out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait()
	}()
	s.stop = sync.OnceFunc(func() { end(cmd.Process, ended) })
	t.Cleanup(s.stop)
	if s.url = greeting(t, out.Name(), ended); s.url == "" {
		return nil
	}
	return s
}

// end asks the process to end, and kills it if it does not.
func end(p *os.Process, ended <-chan struct{}) {
	_ = p.Signal(os.Interrupt)
	select {
	case <-ended:
	case <-time.After(patience):
		_ = p.Kill()
		<-ended
	}
}

// greeting is the address that the server prints, "" if it ended before.
func greeting(t *testing.T, path string, ended <-chan struct{}) string {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		text, _ := os.ReadFile(path)
		if _, rest, ok := strings.Cut(string(text), "Hearth is at "); ok && strings.Contains(rest, "\n\n") {
			return strings.Fields(rest)[0]
		}
		select {
		case <-ended:
			return ""
		default:
		}
	}
	t.Fatal("the server says nothing")
	return ""
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func bounded(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	t.Cleanup(cancel)
	return ctx
}
