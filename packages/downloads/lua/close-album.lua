--[[
Closes a batch of an album when all its parts have their results and none has come for a while.

KEYS: 1, 2 scope
ARGV: 1 album, 2 batch, 3 how long it must have been quiet in ms
Reply: wait, ms; or closed, the results of its parts, JSON each, in the order they were asked for
Invariant: a closed batch stays as it is until it is told; what comes later is the next one's.
]]
local album, batch, quiet = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local key = named('album', album)
local open, last = unpack(redis.call('HMGET', key, 'batch', 'last'))
local parts = redis.call('ZRANGE', named('album', album, batch), 0, -1)
if tonumber(open) == batch then
  if last + quiet > now then return { 'wait', last + quiet - now } end
  for _, id in ipairs(parts) do
    if redis.call('HGET', named('request', id), 'state') == 'open' then return { 'wait', quiet } end
  end
  redis.call('HINCRBY', key, 'batch', 1)
end
local closed = { 'closed' }
for _, id in ipairs(parts) do
  closed[#closed + 1] = redis.call('HGET', named('request', id), 'result') or nil
end
return closed
