-- Extends a lease without its record, where Redis still shows both: the mark is
-- that of the last renewal (renew.lua), and each key of the record is of its type
-- and has as many members as then. A text changed in place is not seen.
-- This is the beat of every room. It has no prelude and only compares texts; what
-- is wrong is for the renewal to say that follows a refusal.
-- The other keys keep the life they have, which is longer than the time between
-- two renewals.
-- KEYS: as in fence.lua.
-- ARGV:
--   1 epoch     of the caller's lease
--   2 lease     life of the lease, ms
--   3 serial    of the last renewal that the caller began
-- Answers OK, or LAPSED where anything is not as it was left.

local owner = redis.pcall('HMGET', KEYS[1], 'epoch', 'mark')
if owner[1] ~= ARGV[1] or redis.pcall('GET', KEYS[2]) ~= ARGV[1] then return {'LAPSED'} end
local mark = ARGV[3]
for key = 3, 8 do
  local n = redis.pcall(key < 6 and 'ZCARD' or 'HLEN', KEYS[key])
  if type(n) ~= 'number' then return {'LAPSED'} end
  mark = mark .. ':' .. n
end
if owner[2] ~= mark then return {'LAPSED'} end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return {'OK'}
