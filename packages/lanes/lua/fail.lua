--[[
Ends a turn that failed and will be retried: the lane rests, or waits for an operator.

KEYS: 1 lane, 2 held, 3 resting, 4 paused
ARGV: 1 lane name, 2 epoch, 3 milliseconds to rest, or 'block', 4 how the attempt counts: 'counted';
      'uncounted'; or 'put-off', which is uncounted too, and adds the rest to the total for which the head was put off,
      5 the reason, short and without anything a user wrote, 6 'notified' if the user was notified of the failure,
      otherwise ''
Reply: { 0 } the caller no longer holds the lane; { 1, end of the rest } resting; { 2 } paused
Invariant: nothing that the turn staged was written. Its event stays the head and counts as begun, even if uncounted.
           The reason starts with the number of its attempt, because an attempt that ends in a crash writes none.
]]
local fence = redis.call('HMGET', KEYS[1], 'epoch', 'pause', 'attempts')
if fence[1] ~= ARGV[2] then return { 0 } end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- Add the new state before removing the old one: if the script fails in between, the lane is still in one of them.
local pauses = fence[2] or ARGV[3] == 'block'
if pauses then redis.call('ZADD', KEYS[4], fence[2] or now, ARGV[1])
else redis.call('ZADD', KEYS[3], now + ARGV[3], ARGV[1]) end
redis.call('HDEL', KEYS[1], 'epoch', 'pause', 'alone')
redis.call('ZREM', KEYS[2], ARGV[1])
local attempts = fence[3]
-- At least a second, so that even rests of length zero reach the limit at some point.
if ARGV[4] == 'put-off' then redis.call('HINCRBY', KEYS[1], 'rested', math.max(1000, tonumber(ARGV[3]))) end
if ARGV[6] == 'notified' then redis.call('HSET', KEYS[1], 'told', 1) end
-- Its handler has thrown and the worker is alive, so the lane becomes a suspect again only after another death.
if ARGV[4] ~= 'uncounted' then redis.call('HDEL', KEYS[1], 'suspect') end
if ARGV[4] ~= 'counted' then
  attempts = attempts - 1
  redis.call('HSET', KEYS[1], 'attempts', attempts, 'begun', 1)
end
redis.call('HSET', KEYS[1], 'why', string.format('%.0f|%s', attempts, ARGV[5]))
return pauses and { 2 } or { 1, now + ARGV[3] }
