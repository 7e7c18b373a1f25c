--[[
Ends requests and releases what they hold; included in the scripts that do so.

KEYS: 1, 2 scope
ARGV: none of its own
Reply: none
Invariant: a request that has ended holds nothing: no slot, no claim, no intent, no place in an album.
]]
local function release(id, user, file)
  local request = named('request', id)
  redis.call('ZREM', named('running', user), id)
  redis.call('ZREM', named('waiting', user), id)
  redis.call('ZREM', named('claimants', file), id)
  local claim = named('claim', file)
  if redis.call('GET', claim) == id then redis.call('DEL', claim) end
  local key = redis.call('HGET', request, 'key')
  if key then
    redis.call('ZREM', named('intent', key), id)
    redis.call('HDEL', request, 'key')
    -- The object may have been stored all the same, so it has to be deleted before forgetting this
    -- user is confirmed.
    if redis.call('EXISTS', named('refs', key)) == 0 then
      redis.call('SADD', named('unsettled', user), key)
      redis.call('PEXPIRE', named('unsettled', user), 604800000)
    end
  end
  redis.call('HSET', request, 'until', 0, 'starts', 0)
end

-- Postponed requests that may run now: one of the user's, and some of those waiting for the same file.
local function nextUp(user, file, claimants)
  local ids = {}
  for list, most in pairs({ [named('waiting', user)] = 1, [named('claimants', file)] = claimants }) do
    local left = most
    while left > 0 do
      local id = redis.call('ZPOPMIN', list)[1]
      if not id then break end
      -- An ended request would use up the wake-up, and the others would wait until their own delay is over.
      if redis.call('HGET', named('request', id), 'state') == 'open' then
        ids[#ids + 1] = id
        left = left - 1
      end
    end
  end
  return ids
end

-- Closes a request whose event has been delivered or is no longer needed.
local function finish(id, user, keepMs)
  local request = named('request', id)
  local album, batch = unpack(redis.call('HMGET', request, 'album', 'batch'))
  if album and batch then redis.call('ZREM', named('album', album, batch), id) end
  redis.call('HDEL', request, 'result', 'album', 'batch')
  redis.call('HSET', request, 'state', 'told')
  redis.call('PEXPIRE', request, keepMs)
  redis.call('ZREM', named('open', user), id)
  redis.call('ZREM', named('waiting', user), id)
  redis.call('ZREM', named('oldest'), id)
end

local function isForgotten(user, at)
  local upTo = redis.call('GET', named('forgotten', user))
  return upTo and tonumber(at) <= tonumber(upTo)
end

local function isHeldBy(id, run)
  local held, state = unpack(redis.call('HMGET', named('request', id), 'run', 'state'))
  return held == run and state == 'open'
end
