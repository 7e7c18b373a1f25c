--[[
Registers a request before its job is added, and the album it belongs to.

KEYS: 1, 2 scope
ARGV: 1 request, 2 user, 3 when it was made, 4 album or ''
Reply: the number of the user's other open requests; -1 when this one has ended and no job must be added
Invariant: a request is counted once, and belongs to one batch of its album, however often it is added.
]]
local id, user, at, album = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local request = named('request', id)
if redis.call('HGET', request, 'state') == 'told' then return -1 end

redis.call('HSETNX', request, 'state', 'open')
redis.call('HSETNX', request, 'user', user)
redis.call('HSETNX', request, 'at', at)
redis.call('ZADD', named('oldest'), 'NX', now, id)
redis.call('ZADD', named('open', user), 'NX', at, id)
if album ~= '' and redis.call('HSETNX', request, 'album', album) == 1 then
  local key = named('album', album)
  redis.call('HSETNX', key, 'batch', 1)
  redis.call('HSET', key, 'last', now)
  redis.call('PEXPIRE', key, 2592000000)
  local batch = redis.call('HGET', key, 'batch')
  redis.call('HSET', request, 'batch', batch)
  redis.call('ZADD', named('album', album, batch), now, id)
  redis.call('PEXPIRE', named('album', album, batch), 2592000000)
end
return redis.call('ZCARD', named('open', user)) - 1
