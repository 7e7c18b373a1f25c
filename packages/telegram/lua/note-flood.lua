--[[
Notes that Telegram answered a call with 429, and reads which calls it answered so of late.

KEYS: 1 the floods
ARGV: 1 the call, 2 milliseconds for which a flood counts
Reply: the calls that were flooded within that time, this one among them
Invariant: a call that is flooded again counts once, from its last time on.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZRANGE', KEYS[1], 0, -1)
