package signaling

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
)

// A welcome names the servers to try besides the one connected to, whoever owns
// the room.
func TestWelcomeNamesOtherNodes(t *testing.T) {
	origins := []string{"https://a.example", "https://B.example/", "https://c.example:8443"}
	owner := openNode(t, func(c *Config) { c.Origin, c.Nodes = "https://a.example", []string{"https://spare.example"} })
	other := openNode(t, func(c *Config) { c.Origin = "https://b.example" })
	for _, n := range []*townNode{owner, other} {
		n.cluster.set(func(f *fakeCluster) { f.origins, f.at = origins, owner.owned() })
	}
	owner.live(true)
	_, direct := owner.join("patient:x")
	slices.Sort(direct.Nodes)
	if want := []string{"https://b.example", "https://c.example:8443", "https://spare.example"}; !slices.Equal(direct.Nodes, want) {
		t.Errorf("at the owner %v, want %v", direct.Nodes, want)
	}
	_, hopped := other.join("patient:y")
	slices.Sort(hopped.Nodes)
	if want := []string{"https://a.example", "https://c.example:8443"}; !slices.Equal(hopped.Nodes, want) {
		t.Errorf("over a hop %v, want %v", hopped.Nodes, want)
	}
}

// The policy lets the page open sockets to the others, and nothing that the
// store could hold gets into the header.
func TestPolicyNamesOtherNodes(t *testing.T) {
	n := openNode(t, nil)
	policy := func() string {
		resp, err := http.Get(n.web.URL + "/")
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		return resp.Header.Get("Content-Security-Policy")
	}
	if p := policy(); !strings.Contains(p, "connect-src 'self'; ") {
		t.Errorf("alone: %s", p)
	}
	n.cluster.set(func(f *fakeCluster) {
		f.origins = []string{"https://b.example", "http://127.0.0.1:9", "http://c.example", "https://*", "https://x; script-src *",
			"https://x\r\nSet-Cookie: a", "https://d.example/path", "https://u:p@d.example", "javascript:alert(1)", "", "'unsafe-inline'"}
	})
	if p := policy(); !strings.Contains(p, "connect-src 'self' ws://127.0.0.1:9 wss://b.example; ") || strings.Count(p, ";") != 13 {
		t.Errorf("with others: %s", p)
	}
}

// A page stays open for longer than a server is away: what drains or is started
// again at that moment is in its policy, too, but behind those that are ready.
func TestPolicyNamesNodesThatComeBack(t *testing.T) {
	cluster := &fakeCluster{}
	n := newNodes(&Config{PublicURL: "https://here.example", Cluster: cluster, Nodes: []string{"https://Spare.example/"}})
	tell := func(origins, known []string, want ...string) {
		t.Helper()
		cluster.set(func(f *fakeCluster) { f.origins, f.known = origins, known })
		if got := n.sources(); !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
	tell([]string{"https://b.example", "https://c.example"}, []string{"https://b.example", "https://c.example"},
		"wss://spare.example", "wss://b.example", "wss://c.example")
	tell([]string{"https://c.example"}, []string{"https://c.example", "https://b.example", "https://a.example", "https://here.example", "https://x; *"},
		"wss://spare.example", "wss://c.example", "wss://a.example", "wss://b.example") // two drain
	tell([]string{"https://d.example"}, nil,
		"wss://spare.example", "wss://d.example", "wss://a.example", "wss://b.example", "wss://c.example") // three are gone
	var many, old []string
	for i := range 40 {
		many, old = append(many, fmt.Sprintf("https://n%02d.example", i)), append(old, fmt.Sprintf("https://a%02d.example", i))
	}
	cluster.set(func(f *fakeCluster) { f.origins, f.known = many[:20], old })
	got := n.sources()
	if len(got) != originsTold || slices.Contains(got[:21], "wss://a00.example") || got[21] != "wss://a.example" && got[21] != "wss://a00.example" {
		t.Errorf("%d: %v", len(got), got)
	}
	if told := n.others(); len(told) != 21 || slices.Contains(told, "https://a.example") {
		t.Errorf("a welcome tells %v", told)
	}
}

// A page that another node has served may come here, also when that node is
// gone; any other page may not.
func TestPagesOfOtherNodes(t *testing.T) {
	n := openNode(t, nil)
	status := func(origin string) int {
		_, resp, err := n.dial(func(h http.Header, _ *websocket.Dialer) { h.Set("Origin", origin) })
		if err == nil {
			return 101
		}
		return resp.StatusCode
	}
	if got := status("https://b.example"); got != 403 {
		t.Errorf("unknown: %d", got)
	}
	n.cluster.set(func(f *fakeCluster) {
		f.origins, f.known = []string{"https://b.example"}, []string{"https://c.example"}
	})
	for origin, want := range map[string]int{"https://b.example": 101, "https://B.example": 101, "https://c.example": 101, "http://b.example": 403, "null": 403, "": 403} {
		if got := status(origin); got != want {
			t.Errorf("%q: %d, want %d", origin, got, want)
		}
	}
	n.cluster.set(func(f *fakeCluster) { f.origins, f.known = nil, nil })
	if got := status("https://b.example"); got != 101 {
		t.Errorf("its node is gone: %d", got)
	}
}

// What the store tells is bounded.
func TestOriginsAreBounded(t *testing.T) {
	cluster := &fakeCluster{}
	n := newNodes(&Config{PublicURL: "https://here.example", Cluster: cluster})
	for i := range 20 {
		var list []string
		for k := range 100 {
			list = append(list, fmt.Sprintf("https://n%d-%d.example", i, k))
		}
		cluster.set(func(f *fakeCluster) { f.origins = list })
		if got := len(n.others()); got != originsTold {
			t.Fatalf("%d told", got)
		}
	}
	if len(n.seen) != originsKept {
		t.Errorf("%d kept", len(n.seen))
	}
}

// The people of a node that dies do not all go to the same one; what they are
// told is what their page may open.
func TestOriginsAreToldInAnyOrder(t *testing.T) {
	cluster := &fakeCluster{}
	n := newNodes(&Config{PublicURL: "https://here.example", Cluster: cluster})
	var list []string
	for i := range 100 {
		list = append(list, fmt.Sprintf("https://n%d.example", i))
	}
	cluster.set(func(f *fakeCluster) { f.origins = list })
	policy, firsts := n.sources(), map[string]bool{}
	for range 50 {
		told := n.others()
		firsts[told[0]] = true
		if again := n.sources(); !slices.Equal(again, policy) {
			t.Fatal("the policy changes")
		}
		for _, o := range told {
			if !slices.Contains(policy, "wss"+strings.TrimPrefix(o, "https")) {
				t.Fatalf("%s is told, and the policy does not allow it", o)
			}
		}
	}
	if len(firsts) < 2 {
		t.Error("always the same one first")
	}
}

func FuzzOrigin(f *testing.F) {
	for _, raw := range []string{"https://a.example", "http://[::1]:80", "https://a.example:443/", "http://127.0.0.1:9", "https://ä.example", "https://a b"} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		o, ok := plainOrigin(raw)
		if !ok {
			return
		}
		if strings.ContainsAny(o, " ;,'\"\r\n\t*@?#") || strings.Count(o, "/") != 2 {
			t.Fatalf("%q is taken for the origin %q", raw, o)
		}
		if again, ok := plainOrigin(o); !ok || again != o {
			t.Fatalf("%q becomes %q and then %q", raw, o, again)
		}
	})
}
