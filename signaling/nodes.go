package signaling

import (
	"maps"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Bounds of what is known of other nodes' origins.
const (
	originsTold = 32   // told to clients, and written into the page's policy
	originsKept = 1024 // from which a page may have come
)

// nodes are the public origins of the cluster, and of the servers an operator
// lists. A page that another node has served may open a socket here for as long
// as this process lives: its node may be gone by then, which is why it comes.
// Safe for concurrent use.
type nodes struct {
	cluster Cluster  // nil: this node is alone
	fixed   []string // as the operator lists them
	own     string   // of this node, as people reach it

	mu   sync.Mutex // guards seen
	seen map[string]bool
}

func newNodes(cfg *Config) *nodes {
	own, _ := plainOrigin(or(cfg.Origin, cfg.PublicURL))
	return &nodes{cluster: cfg.Cluster, fixed: cfg.Nodes, own: own, seen: map[string]bool{}}
}

// others are the origins a client may try when this one is gone, never nil and
// in random order: the people of a node that dies do not all go to the same one.
func (n *nodes) others() []string {
	return shuffled(n.ordered())
}

func shuffled(list []string) []string {
	list = slices.Clone(list)
	rand.Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
	return list
}

// ordered are the same in order, each time the same ones.
func (n *nodes) ordered() []string {
	list := slices.Clone(n.fixed)
	if n.cluster != nil {
		list = append(list, n.learn()...)
	}
	slices.Sort(list)
	list = slices.DeleteFunc(slices.Compact(list), func(o string) bool { return o == n.own })
	return present(list[:min(len(list), originsTold)])
}

// learn are the origins the cluster tells now, which are remembered.
func (n *nodes) learn() []string {
	list := tidy(n.cluster.Origins())
	n.remember(list)
	return list
}

// known are those of the last minutes, draining ones too, which are remembered.
func (n *nodes) known() []string {
	c, ok := n.cluster.(interface{ Known() []string })
	if !ok {
		return nil
	}
	list := tidy(c.Known())
	n.remember(list)
	return list
}

func (n *nodes) remember(list []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, o := range list {
		if len(n.seen) < originsKept {
			n.seen[o] = true
		}
	}
}

// served tells whether some node of the cluster has served the pages of an
// origin.
func (n *nodes) served(origin string) bool {
	if n.cluster == nil {
		return false
	}
	n.learn()
	n.known()
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.seen[strings.ToLower(origin)]
}

// sources are the origins of others as a policy has to name them for sockets:
// those that a welcome tells now; and, as far as there is room, those that one may
// tell while the page is open, because they drain or are being started again.
func (n *nodes) sources() []string {
	var list []string
	for _, o := range slices.Concat(n.ordered(), n.later()) {
		o, ok := plainOrigin(o)
		if source := "ws" + strings.TrimPrefix(o, "http"); ok && o != n.own && !slices.Contains(list, source) {
			list = append(list, source)
		}
	}
	return list[:min(len(list), originsTold)]
}

// later are the origins that may be told again, in order: the most likely first.
func (n *nodes) later() []string {
	if n.cluster == nil {
		return nil
	}
	known := n.known()
	slices.Sort(known)
	n.mu.Lock()
	defer n.mu.Unlock()
	return append(known, slices.Sorted(maps.Keys(n.seen))...)
}

// plainHost is all that a host and port may be spelt with: an origin is written
// into a header.
var plainHost = regexp.MustCompile(`^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?$`)

// plainOrigin is an origin in its usual spelling, unless it is none. Plain http
// is for loopback alone.
func plainOrigin(raw string) (string, bool) {
	u, err := url.Parse(strings.ToLower(raw))
	if err != nil || !plainHost.MatchString(u.Host) || u.User != nil || strings.Trim(u.Path, "/") != "" ||
		u.RawQuery != "" || u.Fragment != "" {
		return "", false
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return "", false
	}
	return u.Scheme + "://" + u.Host, true
}

// tidy keeps what are origins, each once: what other nodes say of themselves
// comes through the store.
func tidy(raw []string) []string {
	set := map[string]bool{}
	for _, o := range raw {
		if o, ok := plainOrigin(o); ok {
			set[o] = true
		}
	}
	return slices.Collect(maps.Keys(set))
}
