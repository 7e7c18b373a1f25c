--[[
Takes a broadcast under a lease. Recipients that a dead runner left as `sending` are decided first.

KEYS: 1, 2 scope
ARGV: 1 broadcast, 2 lease in milliseconds
Reply: one of
  held, milliseconds      another runner has it
  later, milliseconds     its start is in the future
  idle, state             there is nothing to run; '' when it does not exist
  run, epoch, low, size, content, rate, largest share of errors, topic, paid (1 or 0)
Invariant: at most one runner has a live lease, and a later epoch fences out the earlier ones. A recipient whose message
           may have been sent gets no second one, unless the broadcast allows that.
]]
local id, lease = ARGV[1], tonumber(ARGV[2])
local key = named(id)
local state, held, startAt, low, high, sending, retry =
  unpack(redis.call('HMGET', key, 'state', 'lease', 'startAt', 'low', 'high', 'sending', 'unknown-retry'))
if not state then
  redis.call('ZREM', named('active'), id)
  return { 'idle', '' }
end
if tonumber(held) > now then return { 'held', held - now } end
if state == 'scheduled' and tonumber(startAt) > now then return { 'later', startAt - now } end

if tonumber(sending) > 0 then
  local outcomes = named(id, 'outcomes')
  local decided = retry == '1' and PENDING or UNKNOWN
  for from = tonumber(low), high - 1, 4096 do
    local slice = redis.call('GETRANGE', outcomes, from, math.min(from + 4095, high - 1))
    local found, count = string.gsub(slice, SENDING, decided)
    if count > 0 then
      redis.call('SETRANGE', outcomes, from, found)
      redis.call('HINCRBY', key, 'sending', -count)
      if decided == UNKNOWN then
        redis.call('HINCRBY', key, 'unknown', count)
        redis.call('HINCRBY', key, 'done', count)
      end
    end
  end
end
-- The epoch rises even when nothing runs now, because an earlier runner may still be alive.
local epoch = redis.call('HINCRBY', key, 'epoch', 1)
if state == 'scheduled' then
  state = 'running'
  redis.call('HSET', key, 'state', state, 'startedAt', now, 'lastAt', now)
end
if finishIfDone(id) then return { 'idle', 'finished' } end
if state ~= 'running' then
  redis.call('HSET', key, 'lease', 0)
  redis.call('ZREM', named('active'), id)
  if state == 'cancelled' then expireLater(id) end
  return { 'idle', state }
end
redis.call('HSET', key, 'lease', now + lease)
redis.call('ZADD', named('active'), now + lease, id)
local size, content, rate, errors, topic, paid =
  unpack(redis.call('HMGET', key, 'size', 'content', 'rate', 'max-errors', 'topic', 'paid'))
return { 'run', epoch, low, size, content, rate, errors, topic, paid }
