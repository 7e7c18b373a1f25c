--[[
Pauses a Telegram scope for all workers, or extends its pause.

KEYS: 1 the pauses, a hash: scope -> "<until> <since> <why>"
ARGV: 1 scope, 2 milliseconds from now, 3 why
Reply: milliseconds until the pause ends, and milliseconds since it began
Invariant: a pause is never shortened, and extending it keeps the time at which it began.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends, began = now + ARGV[2], now
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known then
  local known_end, known_begin = string.match(known, '^(%d+) (%d+) ')
  if tonumber(known_end) > now then
    ends = math.max(ends, tonumber(known_end))
    began = math.min(now, tonumber(known_begin))
  end
end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f %.0f %s', ends, began, ARGV[3]))
return { ends - now, now - began }
