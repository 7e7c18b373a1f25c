--[[
Reads all pauses, and deletes those that have ended.

KEYS: 1 the pauses, a hash: scope -> "<until> <since> <why>"
ARGV: none
Reply: for each pause its scope, milliseconds until it ends, milliseconds since it began, and why
Invariant: a pause that has not ended is never deleted.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local pauses = {}
local all = redis.call('HGETALL', KEYS[1])
for index = 1, #all, 2 do
  local ends, began, why = string.match(all[index + 1], '^(%d+) (%d+) (.*)$')
  local left = tonumber(ends) - now
  if left > 0 then
    for _, part in ipairs({ all[index], left, math.max(0, now - began), why }) do
      pauses[#pauses + 1] = part
    end
  else
    redis.call('HDEL', KEYS[1], all[index])
  end
end
return pauses
