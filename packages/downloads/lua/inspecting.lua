--[[
Records that a run has started or finished inspecting the content of its file.

KEYS: 1, 2 scope
ARGV: 1 request, 2 run, 3 '1' when the inspection has started, '0' when it has finished
Reply: 1 recorded; 0 the run is no longer the current one
Invariant: the mark outlives the process that set it, so that the next run can count it.
]]
local id = ARGV[1]
if not isHeldBy(id, ARGV[2]) then return 0 end
if ARGV[3] == '1' then
  redis.call('HSET', named('request', id), 'inspecting', 1)
else
  redis.call('HDEL', named('request', id), 'inspecting')
end
return 1
