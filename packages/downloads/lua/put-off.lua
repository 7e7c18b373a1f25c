--[[
Ends a run without a result, so that the request is retried.

KEYS: 1, 2 scope
ARGV: 1 request, 2 run, 3 user, 4 file, 5 1: the attempt counts; 0: it does not
Reply: lost; or off, the number of counted attempts, requests that may run now
Invariant: only the current run is counted, and only once.
]]
local id, user, file = ARGV[1], ARGV[3], ARGV[4]
if not isHeldBy(id, ARGV[2]) then return { 'lost' } end
release(id, user, file)
local request = named('request', id)
-- There is no current run now, so the last one can no longer change anything.
redis.call('HSET', request, 'run', redis.call('INCR', named('runs')))
return { 'off', redis.call('HINCRBY', request, 'fails', ARGV[5]), unpack(nextUp(user, file, 1)) }
