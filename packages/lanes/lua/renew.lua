--[[
Renews the leases of one worker, for all its lanes in one call.

KEYS: `scope` of keys.ts
ARGV: 1 lease in milliseconds, then for every lane: prefix of its partition, its name and the epoch it is held under
Reply: the names of the lanes that the caller no longer holds
Invariant: only the holder of the current epoch can renew a lease.
]]
-- A Redis that is out of memory refuses a script whose first write needs memory, but not one that starts with a ZREM.
redis.call('ZREM', ARGV[2] .. ':held', '')
local time = redis.call('TIME')
local ends = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
local lost = {}
for index = 2, #ARGV, 3 do
  local P, lane, epoch = ARGV[index], ARGV[index + 1], ARGV[index + 2]
  if redis.call('HGET', P .. ':lane:' .. lane, 'epoch') == epoch then
    redis.call('ZADD', P .. ':held', ends, lane)
  else
    lost[#lost + 1] = lane
  end
end
return lost
