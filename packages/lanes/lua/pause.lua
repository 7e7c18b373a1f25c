--[[
Pauses a lane until an operator resumes it. A running turn may end and commit.

KEYS: 1 waking, 2 held, 3 resting, 4 paused, 5 lane
ARGV: 1 lane name
Reply: 0 was already paused, 1 is paused, 2 is held: will be paused when its turn ends
Invariant: a held lane is only marked; the script that releases it (commit, fail, hand-back, sweep, ...) pauses it.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('ZSCORE', KEYS[4], ARGV[1]) then return 0 end
if redis.call('ZSCORE', KEYS[2], ARGV[1]) then
  redis.call('HSETNX', KEYS[5], 'pause', string.format('%.0f', now))
  return 2
end
-- Add the new state before removing the old one: if the script fails in between, the lane is still in one of them.
redis.call('ZADD', KEYS[4], now, ARGV[1])
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
return 1
