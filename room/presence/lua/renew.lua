-- Extends a lease and replaces the record by the owner's. It also puts all of
-- it back where Redis has lost its data or the lease has lapsed, unless the
-- fence shows a later owner; and it clears what cannot be read.
-- KEYS: as in fence.lua.
-- ARGV:
--   1 epoch     of the caller's lease
--   2 node      id of the caller
--   3 url       its internal URL
--   4 nonce     of the call that took the room
--   5 lease     life of the lease, ms
--   6 life      life of the fence, ms
--   7 keep      life of the rules, ms
--   8 serial    of this renewal, another one for each of the lease
--   9 seats     how many; then per seat: subject, class, info, life in ms
--   . rules     how many; then per rule: field, value
--   . removed   how many; then per removal: subject, until in ms since 1970
-- Answers OK, and a key's name where it has cleared what could not be read; STALE, or
-- CORRUPT key when neither owner nor fence can be trusted.
-- It leaves a mark with the owner, by which touch.lua knows the record again: the
-- serial, then how many members the keys 3 to 8 have, joined by colons.

local epoch = tonumber(ARGV[1])
local o, f = owner(epoch), fence(epoch)
if (o and o.epoch > epoch) or (f and f > epoch) then return {'STALE'} end
if not o and f ~= epoch then return {'CORRUPT', 'owner'} end
if not f and o.epoch ~= epoch then return {'CORRUPT', 'fence'} end

local bad = unsound(3)
local cleared = not o and 'owner' or not f and 'fence' or bad and bad[2]
local now, at = clock(), 9
local function next_arg()
  at = at + 1
  return ARGV[at - 1]
end

-- Removals are only ever added, so those in Redis are read before all is replaced.
local out = {}
if sound(8) then
  for subject, value in pairs(pairs_of(redis.call('HGETALL', KEYS[8]))) do
    out[subject] = removal(subject, value)
    if not out[subject] then cleared = 'removed' end
  end
end

redis.call('DEL', unpack(KEYS))
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[6])

local members, info, last = {{}, {}, {}}, {}, {[3] = 0, [4] = 0, [5] = 0, [6] = 0}
local number, expiry = {}, {} -- of each life: there are few, and such texts are slow to make
for _ = 1, tonumber(next_arg()) do
  local subject, key, text, life = next_arg(), CLASS[next_arg()], next_arg(), next_arg()
  if not number[life] then
    number[life] = tonumber(life)
    expiry[life] = digits(now + number[life])
  end
  local list = members[key - 2]
  list[#list + 1] = expiry[life]
  list[#list + 1] = subject
  info[#info + 1] = subject
  info[#info + 1] = text
  last[key] = math.max(last[key], number[life])
  last[6] = math.max(last[6], number[life])
end
for class = 3, 5 do each('ZADD', KEYS[class], members[class - 2]) end
each('HSET', KEYS[6], info)
for key = 3, 6 do
  if last[key] > 0 then redis.call('PEXPIRE', KEYS[key], digits(last[key])) end
end

local rules = {}
for _ = 1, 2 * tonumber(next_arg()) do rules[#rules + 1] = next_arg() end
each('HSET', KEYS[7], rules)
if #rules > 0 then redis.call('PEXPIRE', KEYS[7], ARGV[7]) end

for _ = 1, tonumber(next_arg()) do
  local subject, until_ms = next_arg(), tonumber(next_arg())
  out[subject] = math.max(out[subject] or 0, until_ms)
end
local removed, longest = {}, 0
for subject, until_ms in pairs(out) do
  if until_ms > now then
    removed[#removed + 1] = subject
    removed[#removed + 1] = digits(until_ms)
    longest = math.max(longest, until_ms - now)
  end
end
each('HSET', KEYS[8], removed)
if longest > 0 then redis.call('PEXPIRE', KEYS[8], digits(longest)) end

local mark = ARGV[8]
for _, list in ipairs({members[1], members[2], members[3], info, rules, removed}) do
  mark = mark .. ':' .. #list / 2
end
redis.call('HSET', KEYS[1], 'node', ARGV[2], 'url', ARGV[3], 'epoch', ARGV[1], 'nonce', ARGV[4], 'mark', mark)
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return {'OK', cleared or nil}
