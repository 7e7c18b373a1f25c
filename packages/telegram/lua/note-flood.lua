--[[
Records that Telegram answered a call with 429, and reads which calls recently got one.

KEYS: 1 the floods, a sorted set: call -> time of its 429
ARGV: 1 the call, 2 milliseconds for which a 429 counts
Reply: the calls that got a 429 within that time, including this one
Invariant: a call that gets several 429s counts once, as of the last one.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZRANGE', KEYS[1], 0, -1)
