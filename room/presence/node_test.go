package presence

import (
	"testing"
	"time"
)

func TestNodesSeeEachOther(t *testing.T) {
	onEach(t, func(t *testing.T, b *bed) {
		a, c := b.node(t, "node-a", func(c *Config) { c.LeaseTTL = 200 * time.Millisecond }), b.node(t, "node-c")
		_, err := c.Peer(ctx, "node-a")
		wants(t, "unknown", err, ErrNoNode)
		eventually(t, "the node is seen", func() bool {
			must(t, a.Announce(ctx, Load{Draining: true, Rooms: 3, People: 41}))
			b.inspect(t)
			p, err := c.Peer(ctx, "node-a")
			return err == nil && p == Peer{URL: "http://node-a:7", Load: Load{true, 3, 41}}
		})
		eventually(t, "the announcement expires", func() bool { return len(b.dump(t)) == 0 })
		must(t, c.Announce(ctx, Load{}))
		b.raw.HSet(ctx, "hearth:node:node-c", "rooms", "many")
		_, err = a.Peer(ctx, "node-c")
		wants(t, "garbage", err, ErrCorrupt)
		wrongType(b, "hearth:node:node-c")
		_, err = a.Peer(ctx, "node-c")
		wants(t, "wrong type", err, ErrCorrupt)
		must(t, c.Announce(ctx, Load{}))
	})
}
