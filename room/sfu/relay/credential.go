package relay

import (
	"crypto/rand"
	"encoding/base64"
	"slices"
	"sync"

	"github.com/pion/turn/v5"
)

// Credential is what a client shows (RFC 8489, 9.2). It is a secret.
type Credential struct{ Username, Password string }

// String hides the secret.
func (Credential) String() string { return "hidden" }

// GoString hides the secret.
func (Credential) GoString() string { return "hidden" }

// making is how many allocations a credential may make a second, and at once:
// each costs a socket.
var making = pace{1, 40}

// credential is the server's side of one.
type credential struct {
	key  []byte        // static: what a client proves to know
	open []*allocation // guarded by Server.mu
	made bucket        // guarded by Server.mu
}

// random is n bytes that nobody can guess, as text.
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b)
}

// Grant makes a credential. It works until revoke is called, which also ends
// everything allocated by it; revoke is idempotent and does not wait. The error
// is ErrFull or ErrClosed. Safe for concurrent use.
func (s *Server) Grant() (c Credential, revoke func(), err error) {
	c = Credential{random(18), random(24)}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return Credential{}, nil, ErrClosed
	case len(s.credentials) >= maxCredentials:
		return Credential{}, nil, ErrFull
	}
	s.credentials[c.Username] = &credential{key: turn.GenerateAuthKey(c.Username, Realm, c.Password), made: making.full()}
	return c, sync.OnceFunc(func() { s.revoke(c.Username) }), nil
}

func (s *Server) revoke(name string) {
	s.mu.Lock()
	c := s.credentials[name]
	delete(s.credentials, name)
	var open []*allocation
	if c != nil {
		open = slices.Clone(c.open)
	}
	s.mu.Unlock()
	for _, a := range open {
		a.end()
	}
}

// authenticate implements turn.AuthHandler. An unknown name gets a key that
// nobody knows, so that it fails like a wrong password, after the same work.
func (s *Server) authenticate(r *turn.RequestAttributes) (string, []byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.credentials[r.Username]
	if c == nil {
		return "", s.decoy, true
	}
	return r.Username, c.key, true
}

// admits implements turn.QuotaHandler: it answers with the proper error, and
// attach decides.
func (s *Server) admits(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.credentials[name]
	if c == nil {
		s.stats.refuse(RefusedCredential)
		return false
	}
	reason := s.roomFor(c)
	if reason == Reasons && !c.made.take(making, 1, s.now()) {
		reason = RefusedQuota
	}
	if reason != Reasons {
		s.stats.refuse(reason)
		return false
	}
	return true
}

// roomFor is why there is no room for another allocation, Reasons if there is.
// The caller holds mu.
func (s *Server) roomFor(c *credential) Reason {
	switch full := len(c.open) >= s.config.limits.each; {
	case full && s.silentOf(c) == nil:
		return RefusedQuota
	case !full && len(s.byRelay) >= s.config.Allocations:
		return RefusedFull
	}
	return Reasons
}

// silentOf is the allocation of a credential that was silent for longest, if it
// may give way: that of a network which a phone has left. The caller holds mu.
func (s *Server) silentOf(c *credential) *allocation {
	least := slices.MinFunc(c.open, func(a, b *allocation) int { return int(a.heard.Load() - b.heard.Load()) })
	if s.now()-least.heard.Load() < int64(s.config.limits.silent) {
		return nil
	}
	return least
}
