--[[
Records that the file of a request is unavailable or refused; its quota is refunded.

KEYS: 1, 2 scope
ARGV: 1 request, 2 run, 3 user, 4 file, 5 reason, 6 JSON of the result, 7 how long to remember the request in ms
Reply: lost; forgotten, the request has ended; or recorded, album, batch, requests that may run now
Invariant: only the current run gives a request its result.
]]
local id, user, file = ARGV[1], ARGV[3], ARGV[4]
if not isHeldBy(id, ARGV[2]) then return { 'lost' } end
local request = named('request', id)
giveBack(id, user)
release(id, user, file)
if isForgotten(user, redis.call('HGET', request, 'at')) then
  redis.call('HSET', request, 'outcome', 'forgotten')
  finish(id, user, ARGV[7])
  return { 'forgotten', unpack(nextUp(user, file, 1)) }
end
redis.call('HSET', request, 'state', 'recorded', 'result', ARGV[6], 'outcome', ARGV[5])
if ARGV[5] == 'unavailable' then
  redis.call('SADD', named('dead', user), id)
  redis.call('PEXPIRE', named('dead', user), 7776000000)
end
local album, batch = unpack(redis.call('HMGET', request, 'album', 'batch'))
return { 'recorded', album or '', batch or 0, unpack(nextUp(user, file, 1)) }
