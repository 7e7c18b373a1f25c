--[[
Takes messages out of a bucket that fills evenly, if it holds that many: a limit that slides, with a burst.

KEYS: 1 the bucket: the time in milliseconds at which it is full again; absent: it is full
ARGV: 1 messages to take, 2 unused (whole seconds, from rate-limiter-flexible), 3 messages in a full bucket,
      4 seconds in which an empty one fills
Reply: { messages that are out, milliseconds until it is full }, or when there are too few
       { one more than a full bucket holds, milliseconds until there are enough }
Invariant: a refusal takes nothing, so whoever slows down is heard again; the look and the taking are one step,
           by the clock of Redis, for all workers.
]]
local holds = tonumber(ARGV[3])
local fills = tonumber(ARGV[4]) * 1000
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

-- A clock that was set back, or a bucket that was slower until now, must lock nobody out.
local full = math.min(math.max(tonumber(redis.call('GET', KEYS[1]) or now), now), now + fills)
local later = math.floor(full + ARGV[1] * fills / holds)
if later > now + fills then
  return { holds + 1, later - now - fills }
end
redis.call('SET', KEYS[1], string.format('%.0f', later), 'PX', math.max(1, later - now))
return { math.min(holds, math.ceil((later - now) * holds / fills)), later - now }
