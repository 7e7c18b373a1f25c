--[[
Ends a turn that is given up: the event goes whole to the dead letters, and the lane goes on.

KEYS: 1 mailbox, 2 lane, 3 held, 4 waking, 5 paused, 6 oldest, 7 session prefix, 8 dead letters, 9 this dead letter
ARGV: 1 lane name, 2 epoch, 3 event id, 4 'continue' or 'yield', 5 session user of the event ('-' for none),
      6 attempts of the event, 7 the error as JSON, 8 id of the dead letter
Reply: { 0 } the lane is no longer the caller's, nothing was written; else as in advance.lua
Invariant: the event is in its mailbox or in the dead letters, never in neither.
]]
local fence = redis.call('HMGET', KEYS[2], 'epoch', 'pause', 'reread')
if fence[1] ~= ARGV[2] then return { 0 } end
local head = popIfHead()
if head then
  local time = redis.call('TIME')
  local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
  local session = ARGV[5] ~= '-' and redis.call('GET', KEYS[7] .. ARGV[5])
  redis.call('HSET', KEYS[9], 'lane', ARGV[1], 'envelope', head, 'error', ARGV[7], 'attempts', ARGV[6], 'buriedAt', now)
  if session then redis.call('HSET', KEYS[9], 'session', session) end
  redis.call('ZADD', KEYS[8], now, ARGV[8])
end
return advance(fence[2], fence[3])
