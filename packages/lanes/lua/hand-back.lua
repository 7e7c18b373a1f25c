--[[
Gives a lane back in the middle of a turn (the worker shuts down, or Telegram is unavailable): its event will be handled again.

KEYS: 1 lane, 2 held, 3 waking, 4 paused, 5 resting
ARGV: 1 lane name, 2 epoch, 3 'notified' if the user was notified of a failure in this turn, otherwise '',
      4 'thrown' if the handler threw, otherwise ''
Reply: { 0 } the caller no longer holds the lane; { 1, now } wake the lane; { 2 } paused, or a suspect that rests until
       it is tried
Invariant: a shutdown does not count as an attempt, but the event counts as begun, so that nothing overtakes it.
]]
local fence = redis.call('HMGET', KEYS[1], 'epoch', 'pause', 'attempts', 'suspect')
if fence[1] ~= ARGV[2] then return { 0 } end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- As in fail.lua: the handler has thrown and the worker is alive.
if ARGV[4] == 'thrown' then redis.call('HDEL', KEYS[1], 'suspect') end
local suspect = ARGV[4] ~= 'thrown' and fence[4]
-- Add the new state before removing the old one: if the script fails in between, the lane is still in one of them.
if fence[2] then redis.call('ZADD', KEYS[4], fence[2], ARGV[1])
else redis.call('ZADD', suspect and KEYS[5] or KEYS[3], now, ARGV[1]) end
redis.call('HDEL', KEYS[1], 'epoch', 'pause', 'alone')
redis.call('HSET', KEYS[1], 'attempts', fence[3] - 1, 'begun', 1)
if ARGV[3] == 'notified' then redis.call('HSET', KEYS[1], 'told', 1) end
redis.call('ZREM', KEYS[2], ARGV[1])
if fence[2] or suspect then return { 2 } end
return { 1, now }
