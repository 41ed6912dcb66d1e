-- Finds out whether Redis takes writes, as every other script needs it to, and
-- changes nothing.
-- KEYS:
--   1 {nodes}:ping      never there
-- Answers OK.

redis.call('DEL', KEYS[1])
return {'OK'}
