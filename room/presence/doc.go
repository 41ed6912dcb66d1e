// Package presence says who owns a room and remembers what must survive the
// owner: seats, holds, flags and removals. It implements room.Presence and
// room.Lease on Redis or Valkey, or on an embedded Redis for a single node,
// and is the only importer of go-redis.
//
// The owner of a room holds a lease of a few seconds and a fencing epoch. Every
// write is one Lua script that compares the epoch first and refuses a stale
// owner without changing anything; the clock is that of Redis. The owner's
// memory is the authority: Redis is told, and is asked again only by the next
// owner. README.md lists the keys.
//
// Nothing that could name anybody goes to Redis: room ids, subjects (keyed
// hashes), node ids, flags and numbers. Every key has a time to live.
package presence
