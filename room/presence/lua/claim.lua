-- Makes a node the owner of a room that nobody else owns.
-- A node that owns it already gets a new epoch, and its old lease is stale.
-- KEYS: as in fence.lua. ARGV: as in take.lua (5 seen is 0).
-- Answers OK and the record (take.lua), OWNED node url epoch, or CORRUPT key.

local o, f = owner(0), fence(0)
if not o then return {'CORRUPT', 'owner'} end
if not f then return {'CORRUPT', 'fence'} end
local bad = unsound(3)
if bad then return bad end
if o.epoch > 0 and o.nonce == ARGV[6] then return record(o.epoch, clock()) end
if o.epoch > 0 and o.node ~= ARGV[1] then return owned(o) end
return take(o, f)
