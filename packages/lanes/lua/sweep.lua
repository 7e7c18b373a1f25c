--[[
Finds lanes with mail that no worker is going to open, and makes them waking again; claims undelivered outbox entries.

KEYS: `scope` of keys.ts
ARGV: for every partition: its prefix, time of the oldest wake-up in the queue ('' for none), how long a wake-up may
      take to be queued, the most lanes of each cause, the most outbox entries, the most lanes that move, the lease of
      lanes held by an older version, milliseconds by which the clock was last set forward, milliseconds since then
Reply: for every partition: { now, milliseconds by which the clock was set back since the last sweep,
       { lanes whose lease ran out }, { lanes whose rest is over }, { lanes that lost their wake-up },
       { suspects whose rest is over, each with its deaths }, { suspects that killed a worker while they ran alone },
       { outbox entries to deliver }, { lanes whose move is unfinished } }
Invariant: a lane taken from a holder loses its epoch in the same step, so the holder can commit nothing more.
           If the caller dies before it adds the wake-ups, the next sweep finds these lanes as lost.
           When a worker dies, all its lanes lose their lease. Only an event that was handled alone is charged with the
           death; the others count it in `deaths`. Nearly all lanes held at one death are innocent, so a lane becomes a
           suspect at its second: it rests until it is tried, beside fewer other suspects the more deaths it has.
           An entry stays in the outbox until it is delivered; once claimed, it is skipped for as long as its age
           (at least 5 s, at most a minute).
           A step of the clock takes no lease from a live holder, and makes nothing wait for the length of the step.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local written = false

-- By how many milliseconds the clock was set back since the last sweep, or is behind the clock of the previous master.
local function setBack(clock)
  local last = tonumber(redis.call('GET', clock) or 0)
  redis.call('SET', clock, string.format('%.0f', now))
  return last - now >= 1000 and last - now or 0
end

-- Lowers all scores from `from` on by `by`, or to `to`. Otherwise everything would become due later by the step.
local function bringForward(zset, from, by, to)
  local found = redis.call('ZRANGEBYSCORE', zset, from, '+inf', 'WITHSCORES')
  for index = 1, #found, 2 do
    redis.call('ZADD', zset, string.format('%.0f', to or found[index + 1] - by), found[index])
  end
end

-- Workers may use different leases, so each holder's own lease counts.
local function leaseOf(P, lane, otherwise)
  return tonumber(redis.call('HGET', P .. ':lane:' .. lane, 'lease') or otherwise)
end

-- Limits every lease to the end it would have if its holder had renewed it now.
local function shortenLeases(P, held, otherwise)
  local found = redis.call('ZRANGEBYSCORE', held, '(' .. now, '+inf', 'WITHSCORES')
  for index = 1, #found, 2 do
    local ends = now + leaseOf(P, found[index], otherwise)
    if tonumber(found[index + 1]) > ends then redis.call('ZADD', held, string.format('%.0f', ends), found[index]) end
  end
end

-- Extends leases that seem to be over because the clock was set forward. Holders renew every third of a lease, so a
-- smaller step does no harm, and one lease after the step every live holder has renewed.
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
  -- The queue is first in, first out: a lane woken before the oldest wake-up in the queue has lost its own.
  local lostBefore = math.min(tonumber(oldestWakeUp) or now, now) - onItsWay
  local waking, held, resting, paused = P .. ':waking', P .. ':held', P .. ':resting', P .. ':paused'
  local outbox, moving = P .. ':outbox', P .. ':moving'
  -- An out-of-memory Redis refuses a script whose first write needs memory, but not one that starts with a ZREM.
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
      why = attempts .. '|' .. deaths .. ' workers that held it died or froze; it waits to run alone'
      redis.call('HSET', laneKey, 'deaths', deaths)
    end
    local suspect = alone or deaths >= 2
    if suspect then redis.call('HSET', laneKey, 'suspect', alone and 2 or 1, 'why', why) end
    -- Add the new state before removing the old one: if the script fails in between, the lane is still in one of them.
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
      -- Moves it behind the other resting lanes, so that many suspects do not crowd them out of the limit.
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
