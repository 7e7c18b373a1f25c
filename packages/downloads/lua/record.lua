--[[
Records a stored object as a user's file and as the result of the request.

KEYS: 1, 2 scope
ARGV: 1 request, 2 run, 3 user, 4 file, 5 key, 6 JSON shared by all holders, 7 JSON of the user's entry,
      8 when it expires or '', 9 JSON of the result, 10 how long to remember the request in ms
Reply: lost; forgotten, the request has ended; again, the object does not belong to the file, or no longer does;
  or recorded, album, batch, requests that may run now
Invariant: the object of a user's entry is stored: this run announced and put it, or it belongs to another holder.
]]
local id, user, file, key = ARGV[1], ARGV[3], ARGV[4], ARGV[5]
if not isHeldBy(id, ARGV[2]) then return { 'lost' } end
local request = named('request', id)
local at = redis.call('HGET', request, 'at')
if isForgotten(user, at) then
  release(id, user, file)
  redis.call('HSET', request, 'outcome', 'forgotten')
  finish(id, user, ARGV[10])
  return { 'forgotten', unpack(nextUp(user, file, 1)) }
end
local stored = redis.call('GET', named('file', file))
if stored then
  if cjson.decode(stored).key ~= key then return { 'again' } end
elseif not redis.call('ZSCORE', named('intent', key), id) then
  return { 'again' }
else
  redis.call('SET', named('file', file), ARGV[6])
  redis.call('SADD', named('refs', key), file)
end
redis.call('SADD', named('holders', file), user)
redis.call('ZADD', named('index', user), 'GT', at, file)
redis.call('HSET', named('entries', user), file, ARGV[7])
if ARGV[8] == '' then
  redis.call('ZREM', named('expires'), user .. '|' .. file)
else
  redis.call('ZADD', named('expires'), ARGV[8], user .. '|' .. file)
end
release(id, user, file)
redis.call('HSET', request, 'state', 'recorded', 'result', ARGV[9])
local album, batch = unpack(redis.call('HMGET', request, 'album', 'batch'))
return { 'recorded', album or '', batch or 0, unpack(nextUp(user, file, 100)) }
