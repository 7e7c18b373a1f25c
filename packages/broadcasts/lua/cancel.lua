--[[
Cancels a broadcast that has not ended.

KEYS: 1, 2 scope
ARGV: 1 broadcast
Reply: the broadcast's state before, or '' when it does not exist; it is now cancelled unless it had ended before
Invariant: from now on no further message leaves. Recipients without an outcome stay pending.
]]
local id = ARGV[1]
local state, sending = unpack(redis.call('HMGET', named(id), 'state', 'sending'))
if not state or state == 'finished' or state == 'cancelled' then return state or '' end
redis.call('HSET', named(id), 'state', 'cancelled', 'endedAt', now)
redis.call('HDEL', named(id), 'why', 'pausedBy')
if tonumber(sending) == 0 then
  redis.call('ZREM', named('active'), id)
  expireLater(id)
end
return state
