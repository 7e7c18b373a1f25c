--[[
Finds lanes with mail that no worker is going to open, and makes them waking again; takes up undelivered outbox entries.

KEYS: 1 waking, 2 held, 3 resting, 4 paused, 5 outbox, 6 a name that no key has (`scope` in keys.ts says why)
ARGV: 1 lanes woken before this time have lost their wake-up, 2 the most lanes of each cause,
      3 prefix of the lane hashes, 4 the most outbox entries
Reply: { now, { lanes whose lease ran out }, { lanes that rested }, { lanes that lost their wake-up },
         { suspects whose rest is over, those that no worker has died of alone first }, { outbox entries to deliver } }
Invariant: a lane taken from a holder loses its epoch in the same step, so the holder can commit nothing more.
           If the caller dies before it adds the wake-ups, the next sweep finds these lanes as lost.
           An event that kills its worker takes the lanes beside it along. Only an event that was handled alone is
           charged with the death; the others count it in `deaths`. A lane with two of these is a suspect, as nearly
           all lanes held at one are innocent: it rests until it is opened alone, and takes no more lanes along. The
           trial of an event that kills its worker takes seconds, so lanes that are likely innocent are tried first.
           An entry stays in the outbox until it is delivered; taken up, it is passed over for as long as it is old.
]]
local waking, held, resting, paused = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
-- Redis without memory refuses a script's first write if it could grow, not what follows a write that could not.
redis.call('ZREM', waking, '')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local expired, rested, suspects, guilty = {}, {}, {}, {}
for _, lane in ipairs(redis.call('ZRANGEBYSCORE', held, '-inf', now, 'LIMIT', 0, ARGV[2])) do
  local laneKey = ARGV[3] .. lane
  local pause, attempts, deaths, alone = unpack(redis.call('HMGET', laneKey, 'pause', 'attempts', 'deaths', 'alone'))
  attempts, deaths = attempts or '1', tonumber(deaths or 0)
  local why = attempts .. '|its worker died or froze while it ran alone'
  if not alone then
    deaths = deaths + 1
    why = attempts .. '|' .. deaths .. ' workers died or froze that held it; it waits to run alone'
    redis.call('HSET', laneKey, 'deaths', deaths)
  end
  local suspect = alone or deaths >= 2
  if suspect then redis.call('HSET', laneKey, 'suspect', alone and 2 or 1, 'why', why) end
  -- The new state comes before the old one goes: whatever fails in between, the lane is in one of them.
  if pause then
    redis.call('ZADD', paused, pause, lane)
  elseif suspect then
    local rest = alone and math.min(10000, 250 * 2 ^ tonumber(attempts)) or 0
    redis.call('ZADD', resting, now + rest, lane)
  else
    redis.call('ZADD', waking, now, lane)
  end
  redis.call('HDEL', laneKey, 'epoch', 'pause', 'alone')
  redis.call('ZREM', held, lane)
  expired[#expired + 1] = lane
end
for _, lane in ipairs(redis.call('ZRANGEBYSCORE', resting, '-inf', now, 'LIMIT', 0, ARGV[2])) do
  local suspect = redis.call('HGET', ARGV[3] .. lane, 'suspect')
  if suspect then
    -- Behind the others that rest, so that many suspects do not hide them.
    redis.call('ZADD', resting, now, lane)
    if suspect == '2' then guilty[#guilty + 1] = lane else suspects[#suspects + 1] = lane end
  else
    redis.call('ZADD', waking, now, lane)
    redis.call('ZREM', resting, lane)
    rested[#rested + 1] = lane
  end
end
for _, lane in ipairs(guilty) do suspects[#suspects + 1] = lane end
local lost = redis.call('ZRANGEBYSCORE', waking, '-inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2])
for _, lane in ipairs(lost) do redis.call('ZADD', waking, now, lane) end
local due = redis.call('ZRANGEBYSCORE', KEYS[5], '-inf', now, 'LIMIT', 0, ARGV[4])
for _, entry in ipairs(due) do
  local age = now - (string.match(entry, '^[^|]*|[^|]*|(%d+)|') or now)
  redis.call('ZADD', KEYS[5], now + math.max(5000, math.min(60000, age)), entry)
end
return { now, expired, rested, lost, suspects, due }
