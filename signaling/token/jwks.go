package token

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/MicahParks/keyfunc/v3"
)

// The bounds of reading a key set.
const (
	jwksRefresh = time.Hour        // read again this often
	jwksPause   = 30 * time.Second // between two readings caused by unknown kids
	jwksTimeout = 3 * time.Second  // of one reading
	maxJWKS     = 256 << 10        // bytes of a key set
	maxJWKSKeys = 100
)

// remoteKeys are the keys of a JWKS URL, read at the start, at intervals, and
// when a token names an unknown key. A failed reading keeps the old keys. Safe
// for concurrent use.
type remoteKeys struct {
	// Static.
	url    string
	client *http.Client
	logger *slog.Logger
	cancel context.CancelFunc
	life   context.Context
	done   sync.WaitGroup

	// Guarded by mu.
	mu      sync.Mutex
	keys    map[string]Key
	last    time.Time     // of the last reading
	reading chan struct{} // closed when the reading under way ends; nil when there is none
	closed  bool
}

func openRemoteKeys(rawURL string, every time.Duration, logger *slog.Logger) (*remoteKeys, error) {
	if err := CheckJWKS(rawURL); err != nil {
		return nil, err
	}
	if every <= 0 {
		every = jwksRefresh
	}
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	r := &remoteKeys{url: rawURL, logger: logger, client: &http.Client{CheckRedirect: noRedirect, Transport: transport}}
	r.life, r.cancel = context.WithCancel(context.Background())
	r.refresh(r.life, 0)
	r.done.Go(func() { r.loop(every) })
	return r, nil
}

// CheckJWKS refuses a key set URL that is not https, or http on loopback. The
// error wraps ErrKey.
func CheckJWKS(rawURL string) error {
	u, err := url.Parse(rawURL)
	if err != nil || u.Host == "" || u.User != nil {
		return fmt.Errorf("%w: the key set is not a URL", ErrKey)
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		return fmt.Errorf("%w: the key set must be read over https", ErrKey)
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// noRedirect refuses to follow: the operator names the place of the keys, and
// a redirect could leave https.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func (r *remoteKeys) loop(every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-r.life.Done():
			return
		case <-ticker.C:
			r.refresh(r.life, 0)
		}
	}
}

func (r *remoteKeys) close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.cancel()
	r.done.Wait()
	r.client.CloseIdleConnections()
}

// key finds a key, reading the set again when it has none of that id.
func (r *remoteKeys) key(ctx context.Context, kid string) (Key, bool) {
	if k, ok := r.known(kid); ok {
		return k, true
	}
	r.refresh(ctx, jwksPause)
	return r.known(kid)
}

func (r *remoteKeys) known(kid string) (Key, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k, ok := r.keys[kid]
	return k, ok
}

// refresh reads the set and waits for it, bounded by ctx, unless it was read
// less than pause ago. Callers meet in one reading.
func (r *remoteKeys) refresh(ctx context.Context, pause time.Duration) {
	reading := r.begin(pause)
	if reading == nil {
		return
	}
	select {
	case <-reading:
	case <-ctx.Done():
	}
}

// begin joins the reading under way, or starts one. It returns nil when it is
// too early for another.
func (r *remoteKeys) begin(pause time.Duration) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.reading != nil {
		return r.reading
	}
	if r.closed || pause > 0 && time.Since(r.last) < pause {
		return nil
	}
	r.reading = make(chan struct{})
	r.done.Go(r.read)
	return r.reading
}

// read replaces the keys if the set can be read.
func (r *remoteKeys) read() {
	ctx, cancel := context.WithTimeout(r.life, jwksTimeout)
	defer cancel()
	keys, err := r.fetch(ctx)
	if err != nil && r.life.Err() == nil {
		r.logger.Warn("token key set not read", "cause", fetchCause(err))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.keys = keys
	}
	r.last = time.Now()
	close(r.reading)
	r.reading = nil
}

var (
	errStatus = errors.New("status")
	errSet    = errors.New("content")
)

// fetchCause is a fixed word for a failed reading: an error of net/http would
// name addresses.
func fetchCause(err error) string {
	switch {
	case errors.Is(err, errStatus):
		return "status"
	case errors.Is(err, errSet):
		return "content"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	}
	return "connection"
}

func (r *remoteKeys) fetch(ctx context.Context) (map[string]Key, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url, nil)
	if err != nil {
		return nil, err
	}
	res, err := r.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, errStatus
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, maxJWKS+1))
	if err != nil {
		return nil, err
	}
	return parseJWKS(data)
}

// jwk holds the members of a key that matter to us (RFC 7517, 7518, 8037).
type jwk struct {
	Kty string `json:"kty"`
	Kid string `json:"kid"`
	Use string `json:"use,omitempty"`
	Alg string `json:"alg,omitempty"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Y   string `json:"y,omitempty"`
}

// parseJWKS takes the keys of a set that we can use and skips the others: RSA
// keys, encryption keys, keys without a kid. Private and symmetric members
// are never looked at.
func parseJWKS(data []byte) (map[string]Key, error) {
	var set struct {
		Keys []jwk `json:"keys"`
	}
	if len(data) > maxJWKS || json.Unmarshal(data, &set) != nil || len(set.Keys) > maxJWKSKeys {
		return nil, errSet
	}
	keys := make(map[string]Key, len(set.Keys))
	for _, j := range set.Keys {
		k, ok := j.key()
		if !ok {
			continue
		}
		if _, twice := keys[k.ID]; twice {
			return nil, errSet
		}
		keys[k.ID] = k
	}
	if len(keys) == 0 {
		return nil, errSet
	}
	return keys, nil
}

// key converts a signing key. The algorithm follows from the curve, and a
// stated one must agree with it.
func (j jwk) key() (Key, bool) {
	if j.Use != "" && j.Use != "sig" {
		return Key{}, false
	}
	public, ok := j.public()
	if !ok {
		return Key{}, false
	}
	k, err := keyOf(j.Kid, public)
	stated := j.Alg == "" || j.Alg == k.Algorithm() || j.Alg == "Ed25519" && k.Algorithm() == "EdDSA"
	return k, err == nil && j.Kid != "" && stated
}

// public has keyfunc turn the bare key, without anything around it, into a Go
// public key.
func (j jwk) public() (any, bool) {
	bare, err := json.Marshal(jwk{Kty: j.Kty, Kid: j.Kid, Crv: j.Crv, X: j.X, Y: j.Y})
	if err != nil {
		return nil, false
	}
	kf, err := keyfunc.NewJWKJSON(bare)
	if err != nil {
		return nil, false
	}
	set, err := kf.VerificationKeySet(context.Background())
	if err != nil || len(set.Keys) != 1 {
		return nil, false
	}
	return set.Keys[0], true
}
