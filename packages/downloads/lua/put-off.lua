--[[
Lets a request go without a result, to be tried again.

KEYS: 1, 2 scope
ARGV: 1 request, 2 run, 3 user, 4 file, 5 1: the try is counted; 0: it is not
Reply: lost; or off, counted tries, requests that may go on
Invariant: only the latest run is counted, and once.
]]
local id, user, file = ARGV[1], ARGV[3], ARGV[4]
if not isHeldBy(id, ARGV[2]) then return { 'lost' } end
release(id, user, file)
local request = named('request', id)
-- No run is in hand: what the last one still says is too late.
redis.call('HSET', request, 'run', redis.call('INCR', named('runs')))
return { 'off', redis.call('HINCRBY', request, 'fails', ARGV[5]), unpack(nextUp(user, file, 1)) }
