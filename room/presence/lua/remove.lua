-- Keeps a subject out until a time, and frees its seat in the same step.
-- KEYS: as in fence.lua.
-- ARGV:
--   1 epoch     of the caller's lease
--   2 subject
--   3 until     ms since 1970; at or before Redis' clock it keeps nobody out
-- Answers OK, STALE, LAPSED or CORRUPT key.

local no = refusal(tonumber(ARGV[1]))
if no then return no end
local now = clock()
local kept, over, last = removals(now)
if not kept then return {'CORRUPT', 'removed'} end

free({ARGV[2]})
each('HDEL', KEYS[8], over)
local until_ms = tonumber(ARGV[3])
if until_ms > now then
  redis.call('HSET', KEYS[8], ARGV[2], digits(until_ms))
  redis.call('PEXPIRE', KEYS[8], digits(math.max(last, until_ms) - now))
else
  redis.call('HDEL', KEYS[8], ARGV[2])
end
return {'OK'}
