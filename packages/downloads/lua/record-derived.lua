--[[
Records an announced object as derived from a user's stored file. Both will be deleted together.

KEYS: 1, 2 scope
ARGV: 1 user, 2 file, 3 processor, 4 key, 5 its JSON
Reply: 1 recorded; 0 the user no longer has the file, or the announcement has expired
Invariant: a file has one derived object per processor; a previous one is released.
]]
local user, file, by, key = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local member = user .. '|' .. file .. '|' .. by
redis.call('ZREM', named('making', user), key)
local isAnnounced = redis.call('ZREM', named('intent', key), member) == 1
if not isAnnounced or redis.call('HEXISTS', named('entries', user), file) == 0 then
  redis.call('ZADD', named('doomed'), 'LT', now, key)
  redis.call('SADD', named('unsettled', user), key)
  redis.call('PEXPIRE', named('unsettled', user), 604800000)
  return 0
end
local made = named('made', user, file)
local before = redis.call('HGET', made, by)
redis.call('HSET', made, by, ARGV[5])
redis.call('SADD', named('refs', key), member)
if before and cjson.decode(before).key ~= key then unref(cjson.decode(before).key, member) end
return 1
