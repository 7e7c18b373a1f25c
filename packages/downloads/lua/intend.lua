--[[
Announces an object that is about to be put, and charges its size to the quota.

KEYS: 1, 2 scope
ARGV: 1 request, 2 run, 3 user, 4 the storage's key, 5 bytes, 6 lease in ms, 7 - 10 quotas (see charge)
Reply: lost; forgotten; quota; or put, the key to use, now
Invariant: an announced object is not deleted before its lease ends, and is deleted afterwards unless it was recorded.
The key of a deleted object is never reused, so that a late put or delete cannot affect another file.
]]
local id, user, lease = ARGV[1], ARGV[3], tonumber(ARGV[6])
if not isHeldBy(id, ARGV[2]) then return { 'lost' } end
if isForgotten(user, redis.call('HGET', named('request', id), 'at')) then return { 'forgotten' } end
if not charge(id, user, tonumber(ARGV[5]), { unpack(ARGV, 7, 10) }) then return { 'quota' } end
local key = ARGV[4]
local times = redis.call('GET', named('retired', key))
if times then key = key .. '.r' .. times end
redis.call('HSET', named('request', id), 'key', key)
redis.call('ZADD', named('intent', key), now + lease, id)
redis.call('ZADD', named('doomed'), 'NX', now + lease, key)
return { 'put', key, now }
