--[[
Ends a lane's pause; its head gets all its attempts again.

KEYS: 1 waking, 2 paused, 3 mailbox, 4 lane, 5 resting
ARGV: 1 lane name
Reply: { 0 } was not paused; { 1 } nothing to wake: no mail, or a suspect that rests until it is tried;
       { 2, now } wake the lane
Invariant: a head that was begun before the pause still counts as begun, so that nothing overtakes it.
]]
local marked = redis.call('HDEL', KEYS[4], 'pause')
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then return { marked } end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local hasMail = redis.call('LLEN', KEYS[3]) > 0
-- Add the new state before removing the old one: if the script fails in between, the lane is still in one of them.
local suspect = redis.call('HEXISTS', KEYS[4], 'suspect') == 1
if hasMail then
  redis.call('ZADD', suspect and KEYS[5] or KEYS[1], now, ARGV[1])
  if redis.call('HDEL', KEYS[4], 'attempts') == 1 then redis.call('HSET', KEYS[4], 'begun', 1) end
  redis.call('HDEL', KEYS[4], 'deaths', 'rested')
  if suspect then redis.call('HSET', KEYS[4], 'why', '0|it waits to run alone') end
end
redis.call('ZREM', KEYS[2], ARGV[1])
return hasMail and not suspect and { 2, now } or { 1 }
