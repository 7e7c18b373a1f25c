--[[
Stores the outcome of a recipient, with the counts. A batch script.

KEYS: 1, 2 scope
ARGV: of each call: 1 broadcast, 2 epoch, 3 recipient, 4 outcome (a name, or `pending` if the message has certainly not
      been sent), 5 the reason of a failure or '', 6 the index of a recipient; all before it have outcomes
Reply: of each call: 1 if it is stored, 0 if the lease is lost or the recipient has another outcome, 2 if the broadcast is
       now finished
Invariant: outcome, counts and the end of the broadcast change together, behind the fence. Idempotent.
]]
local codes = { pending = PENDING, sent = '\2', blocked = '\3', ['opted-out'] = '\4', unknown = UNKNOWN }

-- The code of a reason. Beyond 240 different reasons, failures share one code without a reason.
local function codeOf(id, reason)
  local reasons = named(id, 'reasons')
  local code = redis.call('HGET', reasons, reason)
  if code then return string.char(code) end
  local count = redis.call('HLEN', reasons)
  if count >= 240 then return '\6' end
  redis.call('HSET', reasons, reason, 16 + count)
  return string.char(16 + count)
end

return answerEach(function(args)
  local id, index, name = args[1], tonumber(args[3]), args[4]
  local key = named(id)
  local epoch, low = unpack(redis.call('HMGET', key, 'epoch', 'low'))
  if epoch ~= args[2] then return 0 end
  local outcomes = named(id, 'outcomes')
  local before = redis.call('GETRANGE', outcomes, index, index)
  local after = codes[name] or codeOf(id, args[5])
  if before == after then return 1 end
  if before ~= PENDING and before ~= SENDING then return 0 end
  redis.call('SETRANGE', outcomes, index, after)
  if before == SENDING then redis.call('HINCRBY', key, 'sending', -1) end
  if tonumber(args[6]) > tonumber(low) then redis.call('HSET', key, 'low', args[6]) end
  if name == 'pending' then return 1 end
  -- Remember the block for later broadcasts, unless it was known already, so that nothing was sent.
  if name == 'blocked' and before == SENDING then
    local packed = redis.call('GETRANGE', named(id, 'audience'), index * 8, index * 8 + 7)
    markBlocked(string.format('%.0f', struct.unpack('>d', packed)))
  end
  redis.call('HINCRBY', key, name, 1)
  redis.call('HINCRBY', key, 'done', 1)
  redis.call('HSET', key, 'lastAt', now)
  return finishIfDone(id) and 2 or 1
end)
