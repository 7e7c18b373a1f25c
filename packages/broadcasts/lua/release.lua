--[[
Gives a broadcast back.

KEYS: 1, 2 scope
ARGV: 1 broadcast, 2 epoch
Reply: its state; 'lost' when the lease is another runner's
Invariant: a broadcast that is still running stays in `active`, so that the sweep finds it if its wake-up is lost.
]]
local id = ARGV[1]
local state, epoch, sending = unpack(redis.call('HMGET', named(id), 'state', 'epoch', 'sending'))
if epoch ~= ARGV[2] then return 'lost' end
redis.call('HSET', named(id), 'lease', 0)
if state == 'running' or tonumber(sending) > 0 then
  redis.call('ZADD', named('active'), now, id)
else
  redis.call('ZREM', named('active'), id)
  if state == 'cancelled' then expireLater(id) end
end
return state
