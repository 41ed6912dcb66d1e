package main

import (
	"log/slog"
	"os"

	"hearth/signaling/token"
)

// keys are what a server signs and checks with.
type keys struct {
	file     token.KeyFile
	signer   *token.Signer
	verifier *token.Verifier // close it
}

// openSigner opens the deployment's own key, making it at the first start.
func openSigner(cfg Config) (*token.Signer, token.KeyFile, error) {
	file, err := token.LoadOrCreate(cfg.KeyFile)
	if err != nil {
		return nil, token.KeyFile{}, err
	}
	signer, err := token.NewSigner(token.SignerConfig{Key: file.Signing, Issuer: cfg.TokenIssuer,
		Audience: cfg.TokenAudience, MaxLifetime: cfg.TokenLifetime})
	return signer, file, err
}

// openKeys opens everything that invitations are checked with: our own key,
// its predecessors, and the keys of the clinic's own system.
func openKeys(cfg Config, logger *slog.Logger) (keys, error) {
	signer, file, err := openSigner(cfg)
	if err != nil {
		return keys{}, err
	}
	accepted := append([]token.Key{signer.Public()}, file.Retired...)
	others, err := clinicKeys(cfg)
	if err != nil {
		return keys{}, err
	}
	verifier, err := token.NewVerifier(token.Config{Issuer: cfg.TokenIssuer, Audience: cfg.TokenAudience,
		Keys: append(accepted, others...), JWKS: cfg.TokenJWKS, MaxLifetime: cfg.TokenLifetime, Logger: logger})
	return keys{file: file, signer: signer, verifier: verifier}, err
}

// clinicKeys are the keys named by TOKEN_SECRET and TOKEN_KEYS.
func clinicKeys(cfg Config) ([]token.Key, error) {
	var list []token.Key
	if cfg.TokenSecret != "" {
		shared, err := token.HS256Key(token.SharedKeyID, []byte(cfg.TokenSecret))
		if err != nil {
			return nil, err
		}
		list = append(list, shared)
	}
	if cfg.TokenKeys == "" {
		return list, nil
	}
	data, err := os.ReadFile(cfg.TokenKeys)
	if err != nil {
		return nil, err
	}
	public, err := token.ParsePublicKeys(data)
	return append(list, public...), err
}
