-- Third prelude, for claim.lua and steal.lua: becoming the owner.
-- KEYS: as in fence.lua.
-- ARGV, the same in both:
--   1 node        id of the node that takes the room
--   2 url         its internal URL
--   3 lease       life of the lease, ms
--   4 life        life of the fence, ms
--   5 seen        the epoch the thief saw; 0 for a claim
--   6 nonce       one per call: a repeated call finds its own success

-- What the next owner needs: epoch, Redis' clock, then the six keys of the record.
local function record(epoch, now)
  return {'OK', digits(epoch), digits(now),
    redis.call('ZRANGE', KEYS[3], 0, -1, 'WITHSCORES'),
    redis.call('ZRANGE', KEYS[4], 0, -1, 'WITHSCORES'),
    redis.call('ZRANGE', KEYS[5], 0, -1, 'WITHSCORES'),
    redis.call('HGETALL', KEYS[6]),
    redis.call('HGETALL', KEYS[7]),
    redis.call('HGETALL', KEYS[8])}
end

-- Writes the new owner. The epoch is above all that were given, above the one
-- the thief saw, and above those of a life of Redis that it has forgotten.
local function take(o, f)
  local now = clock()
  local epoch = math.max(f + 1, o.epoch + 1, tonumber(ARGV[5]) + 1, now)
  local answer = record(epoch, now)
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'node', ARGV[1], 'url', ARGV[2], 'epoch', digits(epoch), 'nonce', ARGV[6])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  redis.call('SET', KEYS[2], digits(epoch), 'PX', ARGV[4])
  return answer
end

local function owned(o)
  return {'OWNED', o.node, o.url, digits(o.epoch)}
end
