--[[
Key names, the current time, and what ends a broadcast; included in every script.

KEYS: 1 and 2 the scope: the prefix of all keys, and the same with a colon
ARGV: none of its own
Reply: none
Invariant: all keys start with the prefix, whose hash tag keeps them in one slot; time is Redis's.
]]
local PENDING, SENDING, UNKNOWN = '\0', '\1', '\5'

local function named(...)
  return table.concat({ KEYS[1], ... }, ':')
end

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local parts = { 'audience', 'outcomes', 'reasons' }

-- Keeps a draft or an ended broadcast for 30 days.
local function expireLater(id)
  redis.call('PEXPIRE', named(id), 2592000000)
  for _, part in ipairs(parts) do redis.call('PEXPIRE', named(id, part), 2592000000) end
end

local function keepForNow(id)
  redis.call('PERSIST', named(id))
  for _, part in ipairs(parts) do redis.call('PERSIST', named(id, part)) end
end

-- A broadcast is finished when every recipient has an outcome, and never before.
local function finishIfDone(id)
  local state, done, size = unpack(redis.call('HMGET', named(id), 'state', 'done', 'size'))
  if (state ~= 'running' and state ~= 'paused') or tonumber(done) < tonumber(size) then return false end
  redis.call('HSET', named(id), 'state', 'finished', 'endedAt', now)
  redis.call('HDEL', named(id), 'why', 'pausedBy')
  redis.call('ZREM', named('active'), id)
  expireLater(id)
  return true
end
