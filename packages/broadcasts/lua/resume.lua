--[[
Resumes a paused broadcast. With `retry`, the message is sent again to recipients whose outcome is unknown, even if the
broadcast was finished.

KEYS: 1, 2 scope
ARGV: 1 broadcast, 2 whether to retry unknown outcomes: 1 or 0
Reply: 'resumed' and the milliseconds until it starts; or why not: '' (does not exist), its state (only a paused one can be
       resumed, or a finished one with unknown outcomes to retry), 'held' while a runner is still finishing what it has begun
Invariant: the message is sent again to a recipient only if the broadcast's author asks for it.
]]
local id, retry = ARGV[1], ARGV[2] == '1'
local key = named(id)
local state, lease, startAt, startedAt, unknown, size =
  unpack(redis.call('HMGET', key, 'state', 'lease', 'startAt', 'startedAt', 'unknown', 'size'))
if state ~= 'paused' and not (state == 'finished' and retry and tonumber(unknown or 0) > 0) then
  return { state or '', 0 }
end
if retry and tonumber(unknown or 0) > 0 then
  if tonumber(lease) > now then return { 'held', 0 } end
  local outcomes = named(id, 'outcomes')
  for from = 0, size - 1, 65536 do
    local slice = redis.call('GETRANGE', outcomes, from, from + 65535)
    local found, count = string.gsub(slice, UNKNOWN, PENDING)
    if count > 0 then redis.call('SETRANGE', outcomes, from, found) end
  end
  redis.call('HINCRBY', key, 'done', -unknown)
  redis.call('HSET', key, 'unknown', 0, 'low', 0)
end
keepForNow(id)
local at = startedAt and now or math.max(now, tonumber(startAt))
redis.call('HSET', key, 'state', startedAt and 'running' or 'scheduled', 'lastAt', now)
redis.call('HDEL', key, 'pausedBy', 'why', 'endedAt')
redis.call('ZADD', named('active'), at, id)
return { 'resumed', at - now }
