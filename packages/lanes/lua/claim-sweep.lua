--[[
Gives one worker of the deployment the next look of the sweep.

KEYS: 1 sweep
ARGV: 1 number of the look that the caller saw last, 2 milliseconds between two looks
Reply: { 1 if the look is the caller's, else 0, number of the last look }
Invariant: goes by no clock. Whoever sees the same number twice, a period apart, knows that nobody has looked in between,
           and the first to say so takes the look.
]]
local swept = redis.call('HGET', KEYS[1], 'look') or '0'
if swept ~= ARGV[1] then return { 0, tonumber(swept) } end
-- Redis without memory refuses a script's first write if it could grow, not what follows a write that could not.
redis.call('HDEL', KEYS[1], '')
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'at', time[1] * 1000 + math.floor(time[2] / 1000), 'every', ARGV[2])
return { 1, redis.call('HINCRBY', KEYS[1], 'look', 1) }
