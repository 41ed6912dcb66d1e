-- Gives a room up and deletes its record, except the removals that still hold.
-- The fence stays a while, so that no late call of the owner brings it back, and
-- so does the generation up to which tickets are good no more.
-- KEYS: as in fence.lua.
-- ARGV:
--   1 epoch     of the caller's lease
--   2 life      of the fence and of ended, ms
--   3 ended     a generation, or nothing
-- Answers OK, STALE, LAPSED or CORRUPT key.

local no = refusal(tonumber(ARGV[1]))
if no then return no end
local now = clock()
local kept, over, last = removals(now)
if not kept then return {'CORRUPT', 'removed'} end
redis.call('DEL', KEYS[1], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7])
redis.call('SET', KEYS[2], digits(tonumber(ARGV[1]) + 1), 'PX', ARGV[2])
if ARGV[3] ~= '' then
  redis.call('HSET', KEYS[7], 'ended', ARGV[3])
  redis.call('PEXPIRE', KEYS[7], ARGV[2])
end
each('HDEL', KEYS[8], over)
if last > 0 then redis.call('PEXPIRE', KEYS[8], digits(last - now)) end
return {'OK'}
