--[[
Reopens a failed request for another round.

KEYS: 1, 2 scope
ARGV: 1 request, 2 user, 3 when it was made
Reply: 1 open; 0 the event of its last round has not been delivered yet
Invariant: each round has its own event; reopening an open request changes nothing.
]]
local id, user, at = ARGV[1], ARGV[2], ARGV[3]
local request = named('request', id)
local state, outcome = unpack(redis.call('HMGET', request, 'state', 'outcome'))
if state == 'recorded' then return 0 end
if state == 'open' then return 1 end
-- The round is a time and not a counter, because the lane may remember an event of a request that is forgotten here.
redis.call('HSET', request, 'state', 'open', 'user', user, 'at', at, 'round', now, 'fails', 0, 'starts', 0, 'until', 0)
redis.call('HDEL', request, 'outcome', 'day', 'bytes', 'result', 'inspecting', 'stopped')
redis.call('PERSIST', request)
redis.call('SREM', named('dead', user), id)
redis.call('ZADD', named('open', user), at, id)
redis.call('ZADD', named('oldest'), now, id)
return 1
