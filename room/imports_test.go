package room

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// listed is what the test reads of go list.
type listed struct {
	ImportPath string
	Imports    []string
}

// packages lists the module's own packages. Their test files are left out:
// tests may look everywhere.
func packages(t *testing.T) (all []listed) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports", "hearth/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// within says whether a package is one of the folders or below it.
func within(path string, folders ...string) bool {
	for _, f := range folders {
		if path == f || strings.HasPrefix(path, f+"/") {
			return true
		}
	}
	return false
}

// doors says who alone may import a dependency: one door for each.
var doors = map[string][]string{
	"github.com/pion":                 {"hearth/room/sfu", "hearth/cmd/hearth-load"},
	"github.com/redis/go-redis":       {"hearth/room/presence"},
	"github.com/alicebob/miniredis":   {"hearth/room/presence"},
	"github.com/gorilla":              {"hearth/signaling"},
	"github.com/golang-jwt":           {"hearth/signaling/token"},
	"github.com/MicahParks":           {"hearth/signaling/token"},
	"github.com/prometheus":           {"hearth/cmd"},
	"github.com/rivo/uniseg":          {"hearth/room"},
	"golang.org/x/text/secure":        {"hearth/room"},
	"github.com/yuin/gopher-lua":      {},
	"github.com/pion/interceptor/pkg": {},
}

// knows says which of our other packages a folder may import. Its own
// sub-packages it always may. The first folder that fits decides.
var knows = []struct {
	folder string
	may    []string
}{
	{"hearth/room/sfu", nil},
	{"hearth/room/presence", []string{"hearth/room"}},
	{"hearth/room/cluster", []string{"hearth/room"}},
	{"hearth/room", nil},
	{"hearth/signaling/token", nil},
	{"hearth/signaling", []string{"hearth/room", "hearth/signaling/token"}},
	{"hearth/web", nil},
}

func TestImports(t *testing.T) {
	all := packages(t)
	if len(all) < 3 {
		t.Fatalf("go list knows only %d packages", len(all))
	}
	for _, p := range all {
		for _, imported := range p.Imports {
			checkDoor(t, p.ImportPath, imported)
			checkDirection(t, p.ImportPath, imported)
		}
	}
}

func checkDoor(t *testing.T, from, imported string) {
	for door, who := range doors {
		if within(imported, door) && !within(from, who...) {
			t.Errorf("%s imports %s; only %v may", from, imported, who)
		}
	}
}

func checkDirection(t *testing.T, from, imported string) {
	if !within(imported, "hearth") {
		return
	}
	for _, k := range knows {
		if !within(from, k.folder) {
			continue
		}
		own := within(imported, k.folder) && k.folder != "hearth/room"
		if !own && !slices.Contains(k.may, imported) {
			t.Errorf("%s imports %s", from, imported)
		}
		return
	}
}
