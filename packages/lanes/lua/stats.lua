--[[
Counts lanes by state, dead letters and outbox entries, for each partition.

KEYS: `scope` of keys.ts
ARGV: for every partition: its prefix, how many outbox entries to return
Reply: for every partition: { waking, held, resting, paused, dead letters, dead letters dropped, age of the oldest event
       in milliseconds, outbox entries, { the outbox entries that are due first }, now }
Invariant: writes nothing.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

return answerEach(function(partition)
  local P, entries = unpack(partition)
  local function count(zset) return redis.call('ZCARD', P .. zset) end
  local oldest = redis.call('ZRANGE', P .. ':oldest', 0, 0, 'WITHSCORES')[2]
  return {
    count(':waking'), count(':held'), count(':resting'), count(':paused'), count(':dead'),
    tonumber(redis.call('GET', P .. ':dropped') or 0),
    oldest and math.max(0, now - oldest) or 0,
    count(':outbox'), redis.call('ZRANGE', P .. ':outbox', 0, entries - 1), now,
  }
end)
