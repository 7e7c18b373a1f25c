--[[
Charges requests to the daily quotas; included in the scripts that do so.

KEYS: 1, 2 scope
ARGV: none of its own
Reply: none
Invariant: a request is charged once, to the day of its first charge; its actual size later replaces the declared one.
]]
local today = tostring(math.floor(now / 86400000))

local function quotaOf(whose)
  local key = named('quota', whose)
  if redis.call('HGET', key, 'day') ~= today then
    redis.call('DEL', key)
    redis.call('HSET', key, 'day', today, 'files', 0, 'bytes', 0)
    redis.call('PEXPIRE', key, 172800000)
  end
  return key
end

-- The quotas that a request is charged to: its user's, the bot's, and one that it may share with other users.
local function quotasOf(user, shared)
  return { 'user:' .. user, 'bot', (shared or '') ~= '' and 'user:' .. shared or nil }
end

-- `limits`: user's files, user's bytes, bot's files, bot's bytes; -1 for none. Charges and returns true if all quotas
-- allow it.
local function charge(id, user, bytes, limits)
  local request = named('request', id)
  local day, before, shared = unpack(redis.call('HMGET', request, 'day', 'bytes', 'shared'))
  if day and day ~= today then return true end
  local files = day and 0 or 1
  local more = bytes - (before or 0)
  local owners = quotasOf(user, shared)
  for _, whose in ipairs(owners) do
    local used = redis.call('HMGET', quotaOf(whose), 'files', 'bytes')
    local first = whose == 'bot' and 3 or 1
    local mostFiles, mostBytes = tonumber(limits[first]), tonumber(limits[first + 1])
    if files > 0 and mostFiles >= 0 and used[1] + files > mostFiles then return false end
    if more > 0 and mostBytes >= 0 and used[2] + more > mostBytes then return false end
  end
  for _, whose in ipairs(owners) do
    redis.call('HINCRBY', quotaOf(whose), 'files', files)
    redis.call('HINCRBY', quotaOf(whose), 'bytes', more)
  end
  redis.call('HSET', request, 'day', today, 'bytes', bytes)
  return true
end

local function giveBack(id, user)
  local request = named('request', id)
  local day, bytes, shared = unpack(redis.call('HMGET', request, 'day', 'bytes', 'shared'))
  if day == today then
    for _, whose in ipairs(quotasOf(user, shared)) do
      redis.call('HINCRBY', quotaOf(whose), 'files', -1)
      redis.call('HINCRBY', quotaOf(whose), 'bytes', 0 - bytes)
    end
  end
  redis.call('HDEL', request, 'day', 'bytes')
end
