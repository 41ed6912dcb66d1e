package token

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
)

// The PEM blocks of a key file.
const (
	pemPrivate = "PRIVATE KEY" // PKCS #8, Ed25519
	pemCluster = "HEARTH CLUSTER KEY"
	pemPublic  = "PUBLIC KEY" // an earlier signing key, with an Until line
)

// maxKeyFile bounds what is read of a key file, in bytes.
const maxKeyFile = 64 << 10

// KeyFile is the content of a deployment's own key file. All nodes of a
// cluster share one.
type KeyFile struct {
	Signing ed25519.PrivateKey // signs invitations
	Cluster [32]byte           // seals resume tickets, hashes subjects
	Retired []Key              // earlier signing keys that still verify
}

// LogValue keeps the keys out of logs.
func (KeyFile) LogValue() slog.Value { return slog.StringValue("hidden") }

// String keeps the keys out of texts.
func (KeyFile) String() string { return "token.KeyFile(hidden)" }

// GoString keeps the keys out of texts.
func (KeyFile) GoString() string { return "token.KeyFile(hidden)" }

// LoadOrCreate reads the key file, or makes one where there is none: mode
// 0600, in a directory made with mode 0700. Of several processes that race to
// make it, all return the same keys. Errors wrap ErrKeyFile, name the path and
// say what to do.
func LoadOrCreate(path string) (KeyFile, error) {
	k, err := Load(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return k, err
	}
	if err := create(path); err != nil {
		return KeyFile{}, fmt.Errorf("%w: cannot make %s: %w", ErrKeyFile, path, err)
	}
	return Load(path)
}

// Load reads a key file. A missing one returns an error that wraps
// fs.ErrNotExist as well as ErrKeyFile.
func Load(path string) (KeyFile, error) {
	data, err := readPrivate(path)
	if err != nil {
		return KeyFile{}, err
	}
	k, err := parseKeyFile(data)
	if err != nil {
		return KeyFile{}, fmt.Errorf("%w: %s: %w", ErrKeyFile, path, err)
	}
	return k, nil
}

// readPrivate reads a file that nobody but its owner may read.
func readPrivate(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	switch {
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%w: %s is not a regular file", ErrKeyFile, path)
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("%w: others can read %s; run: chmod 600 %s", ErrKeyFile, path, path)
	case info.Size() > maxKeyFile:
		return nil, fmt.Errorf("%w: %s is too large for a key file", ErrKeyFile, path)
	}
	data := make([]byte, info.Size())
	if _, err := f.ReadAt(data, 0); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	return data, nil
}

func parseKeyFile(data []byte) (KeyFile, error) {
	var k KeyFile
	var clusters int
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if err := k.add(block); err != nil {
			return KeyFile{}, err
		}
		if block.Type == pemCluster {
			clusters++
		}
	}
	if k.Signing == nil || clusters != 1 {
		return KeyFile{}, fmt.Errorf("it needs one block %s and one %s", pemPrivate, pemCluster)
	}
	return k, nil
}

func (k *KeyFile) add(block *pem.Block) error {
	switch block.Type {
	case pemPrivate:
		return k.setSigning(block.Bytes)
	case pemCluster:
		if copy(k.Cluster[:], block.Bytes) != 32 || len(block.Bytes) != 32 {
			return errors.New("the cluster key must have 32 bytes")
		}
		return nil
	case pemPublic:
		retired, err := publicKey(block)
		if err == nil && retired.Until.IsZero() {
			return errors.New("an earlier key needs an Until line with its last day, such as Until: 2030-01-31T00:00:00Z")
		}
		k.Retired = append(k.Retired, retired)
		return err
	}
	return errors.New("unknown PEM block")
}

func (k *KeyFile) setSigning(der []byte) error {
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	private, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return errors.New("the private key is not Ed25519 in PKCS #8")
	}
	if k.Signing != nil {
		return errors.New("it has two private keys")
	}
	k.Signing = private
	return nil
}

// create writes a complete file under another name and then links it to path,
// which fails if path has come into being meanwhile: whoever is first wins,
// and nobody ever sees half a file.
func create(path string) error {
	data, err := newKeyFile()
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	draft, err := os.CreateTemp(dir, ".key-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name())
	if err := fill(draft, data); err != nil {
		return err
	}
	if err := os.Link(draft.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func fill(f *os.File, data []byte) error {
	_, err := f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

func newKeyFile() ([]byte, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	cluster := make([]byte, 32)
	rand.Read(cluster) // never fails
	return append(pem.EncodeToMemory(&pem.Block{Type: pemPrivate, Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: pemCluster, Bytes: cluster})...), nil
}
