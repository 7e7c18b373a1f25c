--[[
Announces an object that is derived from a stored file and is about to be put.

KEYS: 1, 2 scope
ARGV: 1 user, 2 file, 3 processor, 4 the storage's key, 5 lease in ms
Reply: gone, when the user no longer has the file; or put, the key to use, now
Invariant: as in intend: an announced object is kept for the lease, and deleted after it unless it was recorded.
]]
local user, file, by, lease = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[5])
if redis.call('HEXISTS', named('entries', user), file) == 0 then return { 'gone' } end
local key = ARGV[4]
local times = redis.call('GET', named('retired', key))
if times then key = key .. '.r' .. times end
redis.call('ZADD', named('intent', key), now + lease, user .. '|' .. file .. '|' .. by)
redis.call('ZADD', named('doomed'), 'NX', now + lease, key)
redis.call('ZADD', named('making', user), now + lease, key)
redis.call('PEXPIRE', named('making', user), lease)
return { 'put', key, now }
