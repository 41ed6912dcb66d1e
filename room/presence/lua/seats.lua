-- Second prelude, for the scripts that change single seats or removals.
-- KEYS: as in fence.lua. ARGV: none of its own.

-- The live seats, subject -> {class = key index, expiry, number}, and the
-- subjects of expired ones; nil and the key's name if a record cannot be read.
local function seats(now)
  local info = pairs_of(redis.call('HGETALL', KEYS[6]))
  local live, dead = {}, {}
  for class = 3, 5 do
    for subject, score in pairs(pairs_of(redis.call('ZRANGE', KEYS[class], 0, -1, 'WITHSCORES'))) do
      local expiry = tonumber(score)
      if not expiry or expiry > 2 ^ 46 then return nil, 'seats' end
      if expiry > now then
        local number = string.match(info[subject] or '', '^%l+:(%d+):%d+:%l*$')
        if not number then return nil, 'info' end
        live[subject] = {class = class, expiry = expiry, number = tonumber(number)}
      else
        dead[#dead + 1] = subject
      end
    end
  end
  return live, dead
end

-- Takes subjects out of the circle.
local function free(subjects)
  for class = 3, 5 do each('ZREM', KEYS[class], subjects) end
  each('HDEL', KEYS[6], subjects)
end

-- Gives each seat key the life of the longest seat in it.
local function age(live, now)
  local last = {[3] = 0, [4] = 0, [5] = 0, [6] = 0}
  for _, seat in pairs(live) do
    last[seat.class] = math.max(last[seat.class], seat.expiry)
    last[6] = math.max(last[6], seat.expiry)
  end
  for key = 3, 6 do
    if last[key] > 0 then redis.call('PEXPIRE', KEYS[key], digits(last[key] - now)) end
  end
end

-- The removals that still hold, subject -> until, the subjects of those that are
-- over, and the latest until; nil if one cannot be read.
local function removals(now)
  local kept, over, last = {}, {}, 0
  for subject, value in pairs(pairs_of(redis.call('HGETALL', KEYS[8]))) do
    local until_ms = removal(subject, value)
    if not until_ms then return nil end
    if until_ms > now then
      kept[subject] = until_ms
      last = math.max(last, until_ms)
    else
      over[#over + 1] = subject
    end
  end
  return kept, over, last
end
