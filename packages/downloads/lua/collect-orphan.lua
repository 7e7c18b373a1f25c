--[[
Decides whether an object is deleted now.

KEYS: 1, 2 scope
ARGV: 1 key
Reply: 0 keep it, it is referenced; 1 delete it; 2 it is about to be put, so ask again later
Invariant: the key of a deleted object is retired: it can no longer be recorded, however late it was put.
]]
local key = ARGV[1]
if redis.call('EXISTS', named('refs', key)) == 1 then
  redis.call('ZREM', named('doomed'), key)
  return 0
end
local intent = named('intent', key)
redis.call('ZREMRANGEBYSCORE', intent, '-inf', now)
if redis.call('EXISTS', intent) == 1 then
  redis.call('ZADD', named('doomed'), 'XX', redis.call('ZRANGE', intent, 0, 0, 'WITHSCORES')[2], key)
  return 2
end
local base, times = key:match('^(.*)%.r(%d+)$')
local retired = named('retired', base or key)
if tonumber(redis.call('GET', retired) or 0) == tonumber(times or 0) then
  redis.call('SET', retired, (times or 0) + 1, 'PX', 604800000)
end
return 1
