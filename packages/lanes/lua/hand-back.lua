--[[
Gives a lane back in the middle of a turn (a worker that shuts down): another worker handles the event again.

KEYS: 1 lane, 2 held, 3 waking, 4 paused, 5 resting
ARGV: 1 lane name, 2 epoch, 3 'notified' if the user was told of a failure in this turn, else ''
Reply: { 0 } the lane is no longer the caller's; { 1, now } to be woken; { 2 } paused, or a suspect that waits to be
       opened alone
Invariant: a shutdown is not an attempt of the event, but the event counts as begun: nothing overtakes it.
]]
local fence = redis.call('HMGET', KEYS[1], 'epoch', 'pause', 'attempts', 'suspect')
if fence[1] ~= ARGV[2] then return { 0 } end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local suspect = fence[4]
-- The new state comes before the old one goes: whatever fails in between, the lane is in one of them.
if fence[2] then redis.call('ZADD', KEYS[4], fence[2], ARGV[1])
else redis.call('ZADD', suspect and KEYS[5] or KEYS[3], now, ARGV[1]) end
redis.call('HDEL', KEYS[1], 'epoch', 'pause', 'alone')
redis.call('HSET', KEYS[1], 'attempts', fence[3] - 1, 'begun', 1)
if ARGV[3] == 'notified' then redis.call('HSET', KEYS[1], 'told', 1) end
redis.call('ZREM', KEYS[2], ARGV[1])
if fence[2] or suspect then return { 2 } end
return { 1, now }
