-- Announces a node. It replaces what the node said before.
-- KEYS:
--   1 node:<id>  hash
-- ARGV:
--   1 url       internal URL
--   2 state     ready or draining
--   3 rooms     how many it owns
--   4 people    how many are seated in them
--   5 life      ms
-- Answers OK.

redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'url', ARGV[1], 'state', ARGV[2], 'rooms', ARGV[3], 'people', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return {'OK'}
