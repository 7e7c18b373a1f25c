--[[
Prolongs the leases of one worker, all its lanes in one call.

KEYS: 1 held, then the lane hash of every lane
ARGV: 1 lease in milliseconds, then for every lane: its name and the epoch it is held under
Reply: the names of the lanes that are no longer the caller's
Invariant: only the holder of the current epoch prolongs a lease.
]]
-- Redis without memory refuses a script's first write if it could grow, not what follows a write that could not.
redis.call('ZREM', KEYS[1], '')
local time = redis.call('TIME')
local ends = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
local lost = {}
for index = 2, #KEYS do
  local lane, epoch = ARGV[2 * index - 2], ARGV[2 * index - 1]
  if redis.call('HGET', KEYS[index], 'epoch') == epoch then
    redis.call('ZADD', KEYS[1], ends, lane)
  else
    lost[#lost + 1] = lane
  end
end
return lost
