package sfutest

import (
	"sync/atomic"
	"time"
)

// Counter counts one stream of one seat. Safe for concurrent use.
type Counter struct {
	packets, bytes, repaired atomic.Uint64
	first, last              atomic.Int64 // Unix ns
}

// Packets is the number received on the primary stream.
func (c *Counter) Packets() uint64 { return c.packets.Load() }

// Bytes is the number of their payload bytes.
func (c *Counter) Bytes() uint64 { return c.bytes.Load() }

// Repaired is the number received on the RTX stream.
func (c *Counter) Repaired() uint64 { return c.repaired.Load() }

// First is when the first packet came; zero for none.
func (c *Counter) First() time.Time { return moment(c.first.Load()) }

// Last is when the newest packet came; zero for none.
func (c *Counter) Last() time.Time { return moment(c.last.Load()) }

// Reset forgets everything.
func (c *Counter) Reset() {
	c.packets.Store(0)
	c.bytes.Store(0)
	c.repaired.Store(0)
	c.first.Store(0)
	c.last.Store(0)
}

func (c *Counter) add(n int, repair bool) {
	now := time.Now().UnixNano()
	c.last.Store(now)
	if repair {
		c.repaired.Add(1)
		return
	}
	c.first.CompareAndSwap(0, now)
	c.packets.Add(1)
	c.bytes.Add(uint64(n))
}

func moment(ns int64) time.Time {
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns)
}
