-- Frees the seat of a subject; a free seat stays free.
-- KEYS: as in fence.lua.
-- ARGV:
--   1 epoch     of the caller's lease
--   2 subject
-- Answers OK, STALE, LAPSED or CORRUPT key.

local no = refusal(tonumber(ARGV[1]))
if no then return no end
free({ARGV[2]})
return {'OK'}
