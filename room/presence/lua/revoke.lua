-- Remembers a revoked id. A revocation is only ever made longer.
-- KEYS:
--   1 {revoked}:<hash>  string
-- ARGV:
--   1 until     ms since 1970; at or before Redis' clock nothing is kept
-- Answers OK.

local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
local life = tonumber(ARGV[1]) - now
if life > 0 and redis.call('PTTL', KEYS[1]) < life then
  -- Deleting first lets a Redis that is full take it all the same: after one
  -- write a script may go on to its end.
  redis.call('DEL', KEYS[1])
  redis.call('SET', KEYS[1], '1', 'PX', string.format('%.0f', life))
end
return {'OK'}
