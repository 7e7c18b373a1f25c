--[[
Shared by push and rescue: wakes a lane that has mail but is in no state.

KEYS: none of its own; `P` is the prefix of the lane's partition, set by the calling script
ARGV: none of its own
Reply: true if the lane is waking now; `now` is Redis time in milliseconds
Invariant: a lane whose group has migrated is carried to its new lane instead, as in open.lua.
]]
local P
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function wakeStranded(lane)
  for _, state in ipairs({ ':waking', ':held', ':resting', ':paused', ':moving' }) do
    if redis.call('ZSCORE', P .. state, lane) then return false end
  end
  local head = redis.call('LINDEX', P .. ':mail:' .. lane, 0)
  if not head then return false end
  if canMigrate(lane) and redis.call('HEXISTS', P .. ':moved', lane) == 1 then
    redis.call('ZADD', P .. ':moving', now, lane)
    return false
  end
  redis.call('ZADD', P .. ':oldest', string.match(head, '^%d+'), lane)
  redis.call('ZADD', P .. ':waking', now, lane)
  return true
end
