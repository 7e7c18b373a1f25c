--[[
Finds lanes with mail that nobody is going to open, and makes them waking again; takes up what nobody has delivered.

KEYS: 1 waking, 2 held, 3 resting, 4 paused, 5 outbox, 6 a name that no key has (`scope` in keys.ts says why)
ARGV: 1 lanes woken before this time have lost their wake-up, 2 the most lanes of each cause,
      3 prefix of the lane hashes, 4 the most outbox entries
Reply: { now, { lanes whose lease ran out }, { lanes that rested }, { lanes that lost their wake-up },
         { lane, milliseconds, ... } whose lease ran out again and again: they rest, each for another time,
         { outbox entries to deliver } }
Invariant: a lane taken from a holder loses its epoch in the same step, so the holder can commit nothing more.
           If the caller dies before it adds the wake-ups, the next sweep finds these lanes as lost.
           An event that kills its worker takes the lanes beside it along: those that were lost together
           more than once are opened apart, so that only the killer runs out of attempts.
           An entry stays in the outbox until it is delivered; taken up, it is passed over for as long as it is old.
]]
local waking, held, resting, paused = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
-- Redis without memory refuses a script's first write if it could grow, not what follows a write that could not.
redis.call('ZREM', waking, '')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
math.randomseed(time[2])
local expired, apart = {}, {}
for _, lane in ipairs(redis.call('ZRANGEBYSCORE', held, '-inf', now, 'LIMIT', 0, ARGV[2])) do
  local laneKey = ARGV[3] .. lane
  local pause, attempts = unpack(redis.call('HMGET', laneKey, 'pause', 'attempts'))
  attempts = tonumber(attempts or 0)
  redis.call('HDEL', laneKey, 'epoch', 'pause')
  redis.call('ZREM', held, lane)
  if pause then
    redis.call('ZADD', paused, pause, lane)
  elseif attempts >= 2 then
    local rest = math.random(0, math.min(10000, 250 * 2 ^ attempts))
    redis.call('ZADD', resting, now + rest, lane)
    apart[#apart + 1] = lane
    apart[#apart + 1] = rest
  else
    redis.call('ZADD', waking, now, lane)
    expired[#expired + 1] = lane
  end
end
local rested = redis.call('ZRANGEBYSCORE', resting, '-inf', now, 'LIMIT', 0, ARGV[2])
for _, lane in ipairs(rested) do
  redis.call('ZREM', resting, lane)
  redis.call('ZADD', waking, now, lane)
end
local lost = redis.call('ZRANGEBYSCORE', waking, '-inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2])
for _, lane in ipairs(lost) do redis.call('ZADD', waking, now, lane) end
local due = redis.call('ZRANGEBYSCORE', KEYS[5], '-inf', now, 'LIMIT', 0, ARGV[4])
for _, entry in ipairs(due) do
  local age = now - (string.match(entry, '^[^|]*|[^|]*|(%d+)|') or now)
  redis.call('ZADD', KEYS[5], now + math.max(5000, math.min(60000, age)), entry)
end
return { now, expired, rested, lost, apart, due }
