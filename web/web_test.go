package web

import (
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
	"testing"
)

func TestFilesAreThePageAndNothingElse(t *testing.T) {
	allowed := map[string]bool{".html": true, ".js": true, ".mjs": true, ".css": true, ".woff2": true, ".txt": true, ".svg": true, "": true}
	count := 0
	err := fs.WalkDir(Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		count++
		if strings.HasPrefix(name, "test/") || strings.HasPrefix(name, "node_modules/") || !allowed[path.Ext(name)] {
			t.Errorf("%s is embedded", name)
		}
		return nil
	})
	if err != nil || count < 30 {
		t.Fatalf("%d files, %v", count, err)
	}
	for _, name := range []string{"index.html", "views/app.js", "core/session.js", "vendor/preact/preact.mjs"} {
		if _, err := fs.Stat(Files, name); err != nil {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestRulesVersion(t *testing.T) {
	v := RulesVersion()
	if b, err := hex.DecodeString(v); err != nil || len(b) != 6 {
		t.Fatalf("%q is not 12 hexadecimal digits", v)
	}
	if v != RulesVersion() {
		t.Fatal("the version of the same text differs")
	}
}
