--[[
Lets one worker of the deployment run the next sweep.

KEYS: 1 sweep
ARGV: 1 number of the last sweep that the caller has seen, 2 milliseconds between two sweeps
Reply: { 1 if the caller may run the sweep, otherwise 0; number of the last sweep }
Invariant: uses no clock. A worker that sees the same number twice, one period apart, knows that no sweep has run in
           between, and the first worker to report it runs the next.
]]
local last = redis.call('HGET', KEYS[1], 'look') or '0'
if last ~= ARGV[1] then return { 0, tonumber(last) } end
-- A Redis that is out of memory refuses a script whose first write needs memory, but not one that starts with an HDEL.
redis.call('HDEL', KEYS[1], '')
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'at', time[1] * 1000 + math.floor(time[2] / 1000), 'every', ARGV[2])
return { 1, redis.call('HINCRBY', KEYS[1], 'look', 1) }
