// Package web holds Hearth's page: native ES modules, style, text and fonts,
// embedded exactly as they are in this folder. What the browser runs is what
// the reviewer reads; nothing is built, bundled or fetched from elsewhere.
package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
)

//go:embed index.html core views style text fonts vendor
var embedded embed.FS

// Files is what the page consists of, rooted at index.html. Tests, type
// definitions and packages are not part of it. Safe for concurrent use.
var Files fs.FS = embedded

// rulesFile holds the group rules, and nothing else, in every language.
const rulesFile = "text/rules.js"

// RulesVersion names the version of the group rules a person agrees to: 12
// hexadecimal digits that change when the text does. The rules are asked
// again when it changes (S-4).
func RulesVersion() string {
	text, err := fs.ReadFile(Files, rulesFile)
	if err != nil {
		panic("web: the rules text is not embedded: " + err.Error()) // a broken build
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}
