-- Announces a node and tells what all nodes have announced before. Whatever
-- was announced too long ago, or was never written by this script, is swept.
-- KEYS:
--   1 {nodes}   hash    node id -> JSON object whose first field is at, ms
-- ARGV:
--   1 id        of the node
--   2 text      its JSON object, without the opening brace
--   3 life      ms after which an announcement is swept
-- Answers OK, Redis' clock in ms, then id and JSON of each node as they were
-- before this call: the caller's own is its last one, or none.

local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
local life = tonumber(ARGV[3])

local kind = redis.call('TYPE', KEYS[1])
if type(kind) == 'table' then kind = kind.ok end
if kind ~= 'hash' then redis.call('DEL', KEYS[1]) end

local answer, swept = {'OK', string.format('%.0f', now)}, {}
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local at = #all[i + 1] <= 1024 and string.match(all[i + 1], '^{"at":(%d+),')
  at = at and #at <= 15 and tonumber(at)
  if at and math.abs(now - at) <= life then
    answer[#answer + 1] = all[i]
    answer[#answer + 1] = all[i + 1]
  else
    swept[#swept + 1] = all[i]
  end
end
for i = 1, #swept, 100 do
  redis.call('HDEL', KEYS[1], unpack(swept, i, math.min(i + 99, #swept)))
end

-- Deleting first lets a Redis that is full take the announcement all the same:
-- after one write a script may go on to its end.
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], string.format('{"at":%.0f,', now) .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return answer
