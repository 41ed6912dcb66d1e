-- Ends a removal; lifting one that is not there is no error.
-- KEYS: as in fence.lua.
-- ARGV:
--   1 epoch     of the caller's lease
--   2 subject
-- Answers OK, STALE, LAPSED or CORRUPT key.

local no = refusal(tonumber(ARGV[1]))
if no then return no end
redis.call('HDEL', KEYS[8], ARGV[2])
return {'OK'}
