--[[
Takes a lane away from its holder, or ends its rest, so that any worker can open it now.

KEYS: 1 waking, 2 held, 3 resting, 4 paused, 5 lane
ARGV: 1 lane name
Reply: { 0 } was neither held nor resting, { 1, now } wake the lane, { 2 } an operator's pause took effect
Invariant: the epoch is deleted in the same step, so that a holder that is alive but stuck can commit nothing.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if not (redis.call('ZSCORE', KEYS[2], ARGV[1]) or redis.call('ZSCORE', KEYS[3], ARGV[1])) then return { 0 } end
local pause = redis.call('HGET', KEYS[5], 'pause')
-- Add the new state before removing the old one: if the script fails in between, the lane is still in one of them.
if pause then redis.call('ZADD', KEYS[4], pause, ARGV[1])
else redis.call('ZADD', KEYS[1], now, ARGV[1]) end
redis.call('HDEL', KEYS[5], 'epoch', 'pause', 'alone')
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
return pause and { 2 } or { 1, now }
