--[[
Ends the requests of an album's batch once its event has been delivered.

KEYS: 1, 2 scope
ARGV: 1 album, 2 batch, 3 how long to remember them in ms
Reply: how many requests there were
Invariant: idempotent.
]]
local parts = redis.call('ZRANGE', named('album', ARGV[1], ARGV[2]), 0, -1)
for _, id in ipairs(parts) do
  finish(id, redis.call('HGET', named('request', id), 'user'), ARGV[3])
end
return #parts
