-- Prelude of every room script: it is put in front of each of them.
-- It only reads; the scripts write after every check has passed, so that a
-- refusal changes nothing.
--
-- KEYS, the same eight in every room script, all in the slot of {R}:
--   1 {R}:owner              hash    node, url, epoch, nonce, mark (see renew.lua)
--   2 {R}:fence              string  the last epoch given, or one more once it was given up
--   3 {R}:seats:patient      zset    subject -> expiry, ms
--   4 {R}:seats:facilitator  zset    subject -> expiry, ms
--   5 {R}:seats:support      zset    subject -> expiry, ms
--   6 {R}:info               hash    subject -> class:number:generation:flags
--   7 {R}:rules              hash    hold:<subject>, session:<subject>, last:<subject>, locked, paused, ended, flow, round
--   8 {R}:removed            hash    subject -> until, ms
-- ARGV: none of its own.
--
-- Every script answers an array whose first element is a word:
--   OK, STALE, LAPSED, OWNED, FULL, TAKEN, REMOVED, or CORRUPT and a key's name.

local NAME = {'owner', 'fence', 'seats', 'seats', 'seats', 'info', 'rules', 'removed'}
local TYPE = {'hash', 'string', 'zset', 'zset', 'zset', 'hash', 'hash', 'hash'}
local CLASS = {patient = 3, facilitator = 4, support = 5}

-- Redis' own clock, ms: the nodes' clocks never meet in a record.
local function clock()
  local t = redis.call('TIME')
  return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end

-- Lua would write large numbers with an exponent.
local function digits(n)
  return string.format('%.0f', n)
end

-- A whole number that a double holds exactly, or nil.
local function whole(s)
  if type(s) == 'string' and #s <= 15 and string.match(s, '^%d+$') then
    return tonumber(s)
  end
  return nil
end

-- The end of a removal, ms: nil unless subject and value are as we write them.
local function removal(subject, value)
  local until_ms = whole(value)
  if until_ms and until_ms <= 2 ^ 46 and #subject == 32 and not string.match(subject, '[^0-9a-f]') then
    return until_ms
  end
  return nil
end

-- The type of the key is what it should be; a missing key is.
local function sound(i)
  local t = redis.call('TYPE', KEYS[i])
  if type(t) == 'table' then t = t.ok end
  return t == 'none' or t == TYPE[i]
end

-- The first of the keys from i on that has a wrong type, as an answer, or nil.
local function unsound(i)
  for k = i, #KEYS do
    if not sound(k) then return {'CORRUPT', NAME[k]} end
  end
  return nil
end

-- Whether an epoch can have been given: they are this clock, or some more (take.lua).
-- A year allows for a clock that was set back, and to its lease an epoch `mine` is
-- known to be real. 0 was never given.
local AHEAD = 366 * 24 * 3600 * 1000
local function given(epoch, mine)
  return epoch > 0 and (epoch <= mine + AHEAD or epoch <= clock() + AHEAD)
end

-- The owner: {node, url, epoch, nonce}; {epoch = 0} for none; nil if it cannot be
-- read. mine is the epoch of the caller's lease, 0 without one.
local function owner(mine)
  if not sound(1) then return nil end
  local o = redis.call('HMGET', KEYS[1], 'node', 'url', 'epoch', 'nonce')
  if not (o[1] or o[2] or o[3] or o[4]) then return {epoch = 0} end
  local epoch = whole(o[3])
  if not (o[1] and o[2] and epoch and given(epoch, mine)) then return nil end
  return {node = o[1], url = o[2], epoch = epoch, nonce = o[4]}
end

-- The last epoch given, 0 for none; nil if it cannot be read. mine: as above.
local function fence(mine)
  if not sound(2) then return nil end
  local s = redis.call('GET', KEYS[2])
  if not s then return 0 end
  local epoch = whole(s)
  return epoch and given(epoch, mine) and epoch or nil
end

-- Nil where the lease with this epoch may write, else the answer that refuses.
local function refusal(epoch)
  local o, f = owner(epoch), fence(epoch)
  if not o then return {'CORRUPT', 'owner'} end
  if not f then return {'CORRUPT', 'fence'} end
  if o.epoch > epoch or f > epoch then return {'STALE'} end
  if o.epoch ~= epoch then return {'LAPSED'} end
  return unsound(3)
end

-- A flat reply (field, value, field, value) as a table.
local function pairs_of(flat)
  local t = {}
  for i = 1, #flat, 2 do t[flat[i]] = flat[i + 1] end
  return t
end

-- One command over many arguments, in pieces that fit the stack.
local function each(command, key, list)
  for i = 1, #list, 100 do
    redis.call(command, key, unpack(list, i, math.min(i + 99, #list)))
  end
end
