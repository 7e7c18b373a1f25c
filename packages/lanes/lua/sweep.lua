--[[
Finds lanes with mail that no worker is going to open, and makes them waking again; takes up undelivered outbox entries.

KEYS: `scope` of keys.ts
ARGV: of every partition: its prefix, time of the oldest wake-up there is ('' for none), how long a wake-up may be on its
      way, the most lanes of each cause, the most outbox entries, the most lanes that move, the lease of lanes that an
      older version holds, milliseconds by which the clock was last set forward, milliseconds since then
Reply: of every partition: { now, milliseconds by which the clock was set back since the last look, { lanes whose lease ran out }, { lanes that rested }, { lanes that lost their wake-up },
         { suspects whose rest is over, each with its deaths }, { those that a worker has died of alone },
         { outbox entries to deliver },
         { lanes whose move nobody has ended } }
Invariant: a lane taken from a holder loses its epoch in the same step, so the holder can commit nothing more.
           If the caller dies before it adds the wake-ups, the next sweep finds these lanes as lost.
           An event that kills its worker takes the lanes beside it along. Only an event that was handled alone is
           charged with the death; the others count it in `deaths`. A lane with two of these is a suspect, as nearly
           all lanes held at one are innocent: it rests until it is tried, beside the fewer others the more deaths it has.
           An entry stays in the outbox until it is delivered; taken up, it is passed over for as long as it is old.
           A step of the clock takes no lease from a holder that lives, and makes nothing wait for as long as the step.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local written = false

-- By how many milliseconds the clock was set back since the last look, or is behind that of the Redis of before.
local function setBack(clock)
  local last = tonumber(redis.call('GET', clock) or 0)
  redis.call('SET', clock, string.format('%.0f', now))
  return last - now >= 1000 and last - now or 0
end

-- Gives what has a score from `from` on one that is less by `by`, or `to`: what is due would wait as long as the step.
local function bringForward(zset, from, by, to)
  local found = redis.call('ZRANGEBYSCORE', zset, from, '+inf', 'WITHSCORES')
  for index = 1, #found, 2 do
    redis.call('ZADD', zset, string.format('%.0f', to or found[index + 1] - by), found[index])
  end
end

-- Each worker has a lease of its own: a holder counts on the one that it asked for.
local function leaseOf(P, lane, otherwise)
  return tonumber(redis.call('HGET', P .. ':lane:' .. lane, 'lease') or otherwise)
end

-- No lease ends later than it could if its holder had asked for it now.
local function shortenLeases(P, held, otherwise)
  local found = redis.call('ZRANGEBYSCORE', held, '(' .. now, '+inf', 'WITHSCORES')
  for index = 1, #found, 2 do
    local ends = now + leaseOf(P, found[index], otherwise)
    if tonumber(found[index + 1]) > ends then redis.call('ZADD', held, string.format('%.0f', ends), found[index]) end
  end
end

-- A holder prolongs its lease every third of it: what a smaller step has taken of it is not missed. One lease after
-- the step, all that are held were prolonged since.
local function spareHolders(P, held, stepMs, agoMs, otherwise)
  for _, lane in ipairs(redis.call('ZRANGEBYSCORE', held, '-inf', now)) do
    local lease = leaseOf(P, lane, otherwise)
    if stepMs > lease / 3 and agoMs < lease then
      redis.call('ZADD', held, string.format('%.0f', now + lease), lane)
    end
  end
end

return answerEach(function(partition)
  local P, oldestWakeUp, onItsWay, most, mostEntries, mostMoves, lease, stepMs, agoMs = unpack(partition)
  -- The queue is first in, first out: a lane woken before its oldest wake-up has lost its own.
  local lostBefore = math.min(tonumber(oldestWakeUp) or now, now) - onItsWay
  local waking, held, resting, paused = P .. ':waking', P .. ':held', P .. ':resting', P .. ':paused'
  local outbox, moving = P .. ':outbox', P .. ':moving'
  -- Redis without memory refuses a script's first write if it could grow, not what follows a write that could not.
  if not written then redis.call('ZREM', waking, '') end
  written = true
  local back = setBack(P .. ':clock')
  if redis.call('EXISTS', waking, held, resting, outbox, moving) == 0 then
    return { now, back, {}, {}, {}, {}, {}, {}, {} }
  end
  if back > 0 then
    for _, zset in ipairs({ resting, outbox }) do bringForward(zset, '-inf', back) end
    bringForward(waking, '(' .. now, nil, now)
    shortenLeases(P, held, lease)
  end
  if stepMs ~= '0' then spareHolders(P, held, tonumber(stepMs), tonumber(agoMs), lease) end
  local expired, rested, suspects, guilty = {}, {}, {}, {}
  for _, lane in ipairs(redis.call('ZRANGEBYSCORE', held, '-inf', now, 'LIMIT', 0, most)) do
    local laneKey = P .. ':lane:' .. lane
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
  for _, lane in ipairs(redis.call('ZRANGEBYSCORE', resting, '-inf', now, 'LIMIT', 0, most)) do
    local suspect, deaths = unpack(redis.call('HMGET', P .. ':lane:' .. lane, 'suspect', 'deaths'))
    if suspect then
      -- Behind the others that rest, so that many suspects do not hide them.
      redis.call('ZADD', resting, now, lane)
      if suspect == '2' then guilty[#guilty + 1] = lane
      else suspects[#suspects + 1] = { lane, tonumber(deaths or 2) } end
    else
      redis.call('ZADD', waking, now, lane)
      redis.call('ZREM', resting, lane)
      rested[#rested + 1] = lane
    end
  end
  local lost = redis.call('ZRANGEBYSCORE', waking, '-inf', '(' .. lostBefore, 'LIMIT', 0, most)
  for _, lane in ipairs(lost) do redis.call('ZADD', waking, now, lane) end
  local due = redis.call('ZRANGEBYSCORE', outbox, '-inf', now, 'LIMIT', 0, mostEntries)
  for _, entry in ipairs(due) do
    local age = now - (string.match(entry, '^[^|]*|[^|]*|(%d+)|') or now)
    redis.call('ZADD', outbox, now + math.max(5000, math.min(60000, age)), entry)
  end
  return { now, back, expired, rested, lost, suspects, guilty, due, redis.call('ZRANGE', moving, 0, mostMoves - 1) }
end)
