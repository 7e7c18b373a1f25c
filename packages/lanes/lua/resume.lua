--[[
Ends a lane's pause; its head gets all its attempts anew.

KEYS: 1 waking, 2 paused, 3 mailbox, 4 lane
ARGV: 1 lane name
Reply: { 0 } was not paused, { 1 } goes on by itself, { 2, now } to be woken
Invariant: a head that was begun before the pause still counts as begun: nothing overtakes it.
]]
local marked = redis.call('HDEL', KEYS[4], 'pause')
if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 then return { marked } end
if redis.call('LLEN', KEYS[3]) == 0 then return { 1 } end
if redis.call('HDEL', KEYS[4], 'attempts') == 1 then redis.call('HSET', KEYS[4], 'begun', 1) end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
return { 2, now }
