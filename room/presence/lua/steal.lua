-- Takes a room from the owner with the epoch the caller saw, by compare and
-- swap: of many thieves who saw the same epoch one wins.
-- KEYS: as in fence.lua. ARGV: as in take.lua (5 seen: the epoch to compare with).
-- Answers OK and the record (take.lua), OWNED node url epoch when somebody was
-- faster, STALE when the room changed hands and is free now, or CORRUPT key: owner
-- also where the epoch the caller saw was never given.

local seen = tonumber(ARGV[5])
local o, f = owner(0), fence(0)
if not o or (seen > 0 and not given(seen, 0)) then return {'CORRUPT', 'owner'} end
if not f then return {'CORRUPT', 'fence'} end
local bad = unsound(3)
if bad then return bad end
if o.epoch > 0 and o.nonce == ARGV[6] then return record(o.epoch, clock()) end
if math.max(o.epoch, f) > seen then
  if o.epoch > 0 then return owned(o) end
  return {'STALE'}
end
return take(o, f)
