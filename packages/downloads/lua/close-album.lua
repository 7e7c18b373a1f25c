--[[
Closes a batch of an album once all its parts have results and no part has been added for a while.

KEYS: 1, 2 scope
ARGV: 1 album, 2 batch, 3 the required quiet period in ms
Reply: wait, ms; or closed and the results of its parts as JSON, in the order of their requests
Invariant: a closed batch does not change until its event is delivered; later parts belong to the next one.
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
