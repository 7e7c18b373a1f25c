--[[
Ends a turn that failed and is tried again: the lane rests, or waits for an operator.

KEYS: 1 lane, 2 held, 3 resting, 4 paused
ARGV: 1 lane name, 2 epoch, 3 milliseconds to rest, or 'block', 4 'counted' or 'uncounted' as an attempt, or
      'put-off': uncounted, and the rest is added to those of the head that were nobody's fault,
      5 why, in a few words that hold nothing a user wrote, 6 'notified' if the user was told of the failure, else ''
Reply: { 0 } the lane is no longer the caller's; { 1, end of the rest } resting; { 2 } paused
Invariant: nothing that the turn staged was written, and its event stays the head, begun even if uncounted. `why`
           belongs to the attempt it names: one that a crash ended writes none.
]]
local fence = redis.call('HMGET', KEYS[1], 'epoch', 'pause', 'attempts')
if fence[1] ~= ARGV[2] then return { 0 } end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- The new state comes before the old one goes: whatever fails in between, the lane is in one of them.
local pauses = fence[2] or ARGV[3] == 'block'
if pauses then redis.call('ZADD', KEYS[4], fence[2] or now, ARGV[1])
else redis.call('ZADD', KEYS[3], now + ARGV[3], ARGV[1]) end
redis.call('HDEL', KEYS[1], 'epoch', 'pause', 'alone')
redis.call('ZREM', KEYS[2], ARGV[1])
local attempts = fence[3]
-- At least a second: a wait of no length must reach its bound, too.
if ARGV[4] == 'put-off' then redis.call('HINCRBY', KEYS[1], 'rested', math.max(1000, tonumber(ARGV[3]))) end
if ARGV[6] == 'notified' then redis.call('HSET', KEYS[1], 'told', 1) end
if ARGV[4] ~= 'counted' then
  attempts = attempts - 1
  redis.call('HSET', KEYS[1], 'attempts', attempts, 'begun', 1)
else
  -- Its handler has run, and its worker lives.
  redis.call('HDEL', KEYS[1], 'suspect')
end
redis.call('HSET', KEYS[1], 'why', string.format('%.0f|%s', attempts, ARGV[5]))
return pauses and { 2 } or { 1, now + ARGV[3] }
