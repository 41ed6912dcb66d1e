package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// What happens while servers of two versions serve one cluster: the one that is
// tested, and an earlier one.
var versionFaults = []fault{
	{"rolling restart to another version and back", false, func(t *testing.T, c *chaos) { versions(t, c, (*group).handedOver) }},
	{"owner killed, another version goes on", false, func(t *testing.T, c *chaos) { versions(t, c, (*group).takenOver) }},
}

// olderServer returns what builds the program as it was at the commit of
// -chaos.old: once, when it is first asked for.
func olderServer(t *testing.T) func(*testing.T) string {
	var once sync.Once
	var bin, lacking string
	return func(now *testing.T) string {
		now.Helper()
		once.Do(func() {
			var dir string
			if dir, lacking = checkout(t, *chaosOld); lacking == "" {
				bin = buildServer(t, filepath.Join(dir, "cmd", "hearth"))
			}
		})
		if lacking != "" {
			now.Skip(lacking)
		}
		if bin == "" {
			now.Fatal("the earlier version does not build")
		}
		return bin
	}
}

// checkout unpacks a commit, or says what is lacking for that.
func checkout(t *testing.T, commit string) (dir, lacking string) {
	t.Helper()
	if commit == "" {
		return "", "no earlier version: name a commit with -chaos.old"
	}
	git := func(args ...string) (string, bool) {
		out, err := exec.CommandContext(t.Context(), "git", args...).Output()
		return strings.TrimSpace(string(out)), err == nil
	}
	top, here := git("rev-parse", "--show-toplevel")
	_, known := git("cat-file", "-e", commit+"^{commit}")
	if !here || !known {
		return "", "no earlier version: the history of this checkout does not hold the commit of -chaos.old"
	}
	dir = t.TempDir()
	packed := filepath.Join(dir, "old.tar")
	if _, ok := git("-C", top, "archive", "--format=tar", "-o", packed, commit); !ok {
		return "", "no earlier version: git archive did not work"
	}
	if out, err := exec.CommandContext(t.Context(), "tar", "-xf", packed, "-C", dir).CombinedOutput(); err != nil {
		t.Fatalf("tar: %v\n%s", err, out)
	}
	if err := os.Remove(packed); err != nil {
		t.Fatal(err)
	}
	return dir, ""
}

// versions has a room go from the earlier version to the present one and back.
// Whenever both are there, people come in through the server that does not have
// the room, and leave again.
func versions(t *testing.T, c *chaos, goesOver func(g *group, s *server, bin string)) {
	older := c.older(t)
	f := c.open(t, plan{servers: 2, bin: older})
	g := f.decided()
	g.remove(g.people[2], "group")
	for _, bin := range []string{c.bin, older} {
		owner := f.owner()
		other := f.besides(owner)[0]
		g.restart(other, bin) // nobody's room is there
		g.visit(other)
		g.reset()
		goesOver(g, owner, bin)
		f.meet()
		g.whole(2 * patience)
		g.rules()
		g.visit(owner)
		g.once(1)
	}
}

// restart ends a server and starts it as another version.
func (g *group) restart(s *server, bin string) {
	g.t.Helper()
	s.term()
	s.ends(2 * patience)
	s.bin = bin
	s.start()
	g.clinic.meet()
	g.whole(2 * patience)
}

// handedOver has a room go over by a drain.
func (g *group) handedOver(s *server, bin string) {
	g.t.Helper()
	g.drain(s)
	if gap := g.record("longest gap in the sound", gapPromise); gap > patience {
		g.t.Errorf("a gap of %v", gap)
	}
	s.bin = bin
	s.start()
}

// takenOver has a room go over by the death of its server. What a still later
// version might have written is in Redis by then.
func (g *group) takenOver(s *server, bin string) {
	g.t.Helper()
	s.kill()
	r, room := g.clinic.redis, "hearth:{"+g.room+"}:"
	r.say("hset", room+"rules", "firefly:1", "x", "lantern", "1")
	r.say("hset", room+"owner", "weight", "3")
	r.say("hset", room+"info", strings.Repeat("0", 32), "lantern:1:2:3:4")
	g.whole(2 * patience)
	if gap := g.record("longest gap in the sound", "p95 < 3 s"); gap > patience {
		g.t.Errorf("a gap of %v", gap)
	}
	s.bin = bin
	s.start()
}

// visit lets somebody in through a server, who is heard, and goes again. Their
// socket is carried to the server that has the room.
func (g *group) visit(through *server) {
	g.t.Helper()
	hops := through.metric("hearth_hops_total")
	p := g.add(g.clinic.index(through), "Willow")
	g.whole(patience)
	g.noGhost()
	if through != g.clinic.owner() && through.metric("hearth_hops_total") <= hops {
		g.t.Errorf("nobody was carried from %s", through.name)
	}
	g.remove(p, "session")
}
