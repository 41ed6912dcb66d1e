-- Gives a room up and leaves its record, each key with the life it has. The
-- fence goes one on, so that the lease that is given up is stale at once.
-- KEYS: as in fence.lua.
-- ARGV:
--   1 epoch     of the caller's lease
--   2 life      of the fence, ms
-- Answers OK, STALE, LAPSED or CORRUPT key.

local no = refusal(tonumber(ARGV[1]))
if no then return no end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[2], digits(tonumber(ARGV[1]) + 1), 'PX', ARGV[2])
return {'OK'}
