package token

import (
	"bytes"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestLoadOrCreate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "conf", "hearth", "key")
	first, err := LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := LoadOrCreate(path)
	if err != nil || !again.Signing.Equal(first.Signing) || again.Cluster != first.Cluster {
		t.Errorf("read again: %v", err)
	}
	if len(first.Signing) != ed25519.PrivateKeySize || first.Cluster == [32]byte{} {
		t.Error("keys are missing")
	}
	wantMode(t, path, 0o600)
	wantMode(t, filepath.Dir(path), 0o700|fs.ModeDir)
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".key-*")); left != nil {
		t.Errorf("drafts are left: %v", left)
	}
	if texts := fmt.Sprintf("%v %+v %#v %v", first, first, first, first.LogValue()); strings.ContainsAny(texts, "[]{}") {
		t.Errorf("a text shows the keys: %s", texts)
	}
}

func wantMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil || info.Mode() != want {
		t.Errorf("mode %v, want %v (%v)", info.Mode(), want, err)
	}
}

// Racing goroutines and racing processes end with the same keys.
func TestLoadOrCreateRace(t *testing.T) {
	if path := os.Getenv("TOKEN_TEST_KEY_FILE"); path != "" {
		k, err := LoadOrCreate(path)
		fmt.Printf("key %x %v\n", k.Cluster, err)
		return
	}
	path := filepath.Join(t.TempDir(), "hearth", "key")
	results := make([]string, 4+16)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() { results[i] = inProcess(t, path) })
	}
	for i := range 16 {
		all.Go(func() {
			k, err := LoadOrCreate(path)
			results[4+i] = fmt.Sprintf("key %x %v", k.Cluster, err)
		})
	}
	all.Wait()
	for _, r := range results {
		if r != results[0] || !strings.HasSuffix(r, " <nil>") {
			t.Fatalf("results differ or failed: %q and %q", r, results[0])
		}
	}
}

func inProcess(t *testing.T, path string) string {
	cmd := exec.Command(os.Args[0], "-test.run=^TestLoadOrCreateRace$")
	cmd.Env = append(os.Environ(), "TOKEN_TEST_KEY_FILE="+path)
	out, err := cmd.Output()
	if err != nil {
		t.Error(err)
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return line
}

func TestKeyFileRefusesReaders(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if _, err := LoadOrCreate(path); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o620, 0o644, 0o666} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := LoadOrCreate(path)
		if !errors.Is(err, ErrKeyFile) || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
}

func TestKeyFileRefusesRubbish(t *testing.T) {
	good := must(newKeyFile())
	private, rest := pem.Decode(good)
	cluster, _ := pem.Decode(rest)
	block := func(b *pem.Block) []byte { return pem.EncodeToMemory(b) }
	noEnd := spki(t, edPublic(), nil)
	for name, content := range map[string][]byte{
		"empty":                       {},
		"half":                        good[:len(good)/2],
		"no cluster key":              block(private),
		"no private key":              block(cluster),
		"two private keys":            append(block(private), good...),
		"two cluster keys":            append(block(cluster), good...),
		"short cluster key":           append(block(private), block(&pem.Block{Type: pemCluster, Bytes: make([]byte, 31)})...),
		"long cluster key":            append(block(private), block(&pem.Block{Type: pemCluster, Bytes: make([]byte, 33)})...),
		"another block":               append(block(&pem.Block{Type: "CERTIFICATE"}), good...),
		"no private key in it":        append(block(&pem.Block{Type: pemPrivate, Bytes: []byte("x")}), block(cluster)...),
		"earlier key without its end": append([]byte(noEnd), good...),
		"large":                       append(bytes.Repeat([]byte("#\n"), maxKeyFile), good...),
	} {
		path := filepath.Join(t.TempDir(), "key")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadOrCreate(path); !errors.Is(err, ErrKeyFile) {
			t.Errorf("%s: %v", name, err)
		}
		if now, _ := os.ReadFile(path); !bytes.Equal(now, content) {
			t.Errorf("%s: the file was changed", name)
		}
	}
	if _, err := LoadOrCreate(t.TempDir()); !errors.Is(err, ErrKeyFile) {
		t.Errorf("a directory: %v", err)
	}
}

func TestKeyFileWithEarlierKey(t *testing.T) {
	earlier := spki(t, edPublic(), map[string]string{"Until": "2031-01-01T00:00:00Z"})
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, append(must(newKeyFile()), earlier...), 0o600); err != nil {
		t.Fatal(err)
	}
	k, err := Load(path)
	if err != nil || len(k.Retired) != 1 || k.Retired[0].ID != rfcEdThumbprint || k.Retired[0].Until.Year() != 2031 {
		t.Errorf("%v %v", k.Retired, err)
	}
}

func TestLoadDoesNotCreate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if _, err := Load(path); !errors.Is(err, fs.ErrNotExist) || !errors.Is(err, ErrKeyFile) {
		t.Error(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Error("Load made a file")
	}
}
