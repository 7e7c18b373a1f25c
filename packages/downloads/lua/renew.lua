--[[
Renews a run's lease on its request.

KEYS: 1, 2 scope
ARGV: 1 request, 2 run, 3 user, 4 file, 5 lease in ms
Reply: held, lost (to another run, or it has ended) or forgotten (the user has asked to forget it)
Invariant: only the current run renews anything.
]]
local id, user, file, lease = ARGV[1], ARGV[3], ARGV[4], tonumber(ARGV[5])
if not isHeldBy(id, ARGV[2]) then return 'lost' end
local request = named('request', id)
local at, key = unpack(redis.call('HMGET', request, 'at', 'key'))
if isForgotten(user, at) then return 'forgotten' end
redis.call('HSET', request, 'until', now + lease)
local running = named('running', user)
if redis.call('ZSCORE', running, id) then
  redis.call('ZADD', running, now + lease, id)
  redis.call('PEXPIRE', running, 2 * lease)
end
local claim = named('claim', file)
if redis.call('GET', claim) == id then redis.call('PEXPIRE', claim, lease) end
if key and redis.call('ZSCORE', named('intent', key), id) then
  redis.call('ZADD', named('intent', key), now + lease, id)
end
return 'held'
