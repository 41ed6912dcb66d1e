-- Takes a seat, atomically with the cap of its class.
-- KEYS: as in fence.lua.
-- ARGV:
--   1 epoch     of the caller's lease
--   2 subject
--   3 class     patient, facilitator or support
--   4 cap       of the class
--   5 number    of the seat
--   6 info      as stored in {R}:info
--   7 life      of the seat, ms
-- Answers OK, FULL, TAKEN, REMOVED, STALE, LAPSED or CORRUPT key.

local no = refusal(tonumber(ARGV[1]))
if no then return no end
local now, me, class = clock(), ARGV[2], CLASS[ARGV[3]]

local held = redis.call('HGET', KEYS[8], me)
if held then
  local until_ms = removal(me, held)
  if not until_ms then return {'CORRUPT', 'removed'} end
  if until_ms > now then return {'REMOVED'} end
end

local live, dead = seats(now)
if not live then return {'CORRUPT', dead} end
local count, taken = 0, false
for subject, seat in pairs(live) do
  if subject ~= me then
    if seat.class == class then count = count + 1 end
    if seat.number == tonumber(ARGV[5]) then taken = true end
  end
end
local keeps = live[me] and live[me].class == class
if not keeps and count >= tonumber(ARGV[4]) then return {'FULL'} end
if taken then return {'TAKEN'} end

dead[#dead + 1] = me
free(dead)
local expiry = now + tonumber(ARGV[7])
redis.call('ZADD', KEYS[class], digits(expiry), me)
redis.call('HSET', KEYS[6], me, ARGV[6])
live[me] = {class = class, expiry = expiry}
age(live, now)
return {'OK'}
