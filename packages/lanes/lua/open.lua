--[[
Takes lanes that wait for a worker, under a lease and a new epoch. Many lanes in one call.

KEYS: 1 prefix of the partition's keys; all others begin with it, 2 as `scope` in keys.ts says
ARGV: 1 lease in milliseconds, then the lane names
Reply: { now, epoch, { lane, attempts, head, session or false }, ... } with those lanes that were opened
Invariant: a lane leaves `waking` (or a rest that is over) for one caller only, with an epoch that was
           never given before; held, resting, paused and idle lanes are passed over. A lane that has
           moved is never opened again: what is in it is on its way to the new one.
]]
local P = KEYS[1]
local waking, held, resting = P .. ':waking', P .. ':held', P .. ':resting'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = string.format('%.0f', now + ARGV[1])
local reply, epoch = { now, 0 }, nil

-- The time in microseconds, never less than the last one and one: a Redis that lost its last writes,
-- or all of them, gives no epoch that a holder from before still has.
local function nextEpoch()
  local last = tonumber(redis.call('GET', P .. ':epoch') or 0)
  local given = string.format('%.0f', math.max(last + 1, time[1] * 1000000 + time[2]))
  redis.call('SET', P .. ':epoch', given)
  return given
end

for index = 2, #ARGV do
  local lane = ARGV[index]
  local mine = redis.call('ZREM', waking, lane) == 1
  if not mine then
    local rested = redis.call('ZSCORE', resting, lane)
    mine = rested and tonumber(rested) <= now and redis.call('ZREM', resting, lane) == 1
  end
  if mine and canMigrate(lane) and redis.call('HEXISTS', P .. ':moved', lane) == 1 then
    redis.call('ZADD', P .. ':moving', 'NX', now, lane)
    mine = false
  end
  local head = mine and redis.call('LINDEX', P .. ':mail:' .. lane, '0')
  if head then
    epoch = epoch or nextEpoch()
    local laneKey = P .. ':lane:' .. lane
    local attempts = redis.call('HINCRBY', laneKey, 'attempts', '1')
    local isNew = redis.call('HSET', laneKey, 'epoch', epoch, 'done', '') == 2
    redis.call('ZADD', held, ends, lane)
    local arrived, user = string.match(head, '^(%d+)|[^|]*|[^|]*|([^\n]*)\n')
    -- A lane that its last holder left with its head may have an age that lags (advance.lua): lags must not add up.
    if not isNew then redis.call('ZADD', P .. ':oldest', arrived, lane) end
    local session = user ~= '-' and redis.call('GET', P .. ':session:' .. lane .. ':' .. user)
    reply[#reply + 1] = { lane, attempts, head, session }
  end
end
reply[2] = tonumber(epoch or 0)
return reply
