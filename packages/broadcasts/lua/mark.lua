--[[
Records that a message is about to leave. A batch script.

KEYS: 1, 2 scope
ARGV: of each call: 1 broadcast, 2 epoch, 3 recipient
Reply: of each call: 1 if the message may leave; 0 if it must not, because the lease is lost, the broadcast is not running,
       or the recipient has an outcome
Invariant: no message leaves without this mark, so that a recipient without it has certainly not received one.
           Idempotent, because a connection may repeat it.
]]
return answerEach(function(args)
  local id, index = args[1], tonumber(args[3])
  local key = named(id)
  local state, epoch, high = unpack(redis.call('HMGET', key, 'state', 'epoch', 'high'))
  if epoch ~= args[2] or state ~= 'running' then return 0 end
  local outcomes = named(id, 'outcomes')
  local outcome = redis.call('GETRANGE', outcomes, index, index)
  if outcome == SENDING then return 1 end
  if outcome ~= PENDING then return 0 end
  redis.call('SETRANGE', outcomes, index, SENDING)
  redis.call('HINCRBY', key, 'sending', 1)
  if index >= tonumber(high) then redis.call('HSET', key, 'high', index + 1) end
  return 1
end)
