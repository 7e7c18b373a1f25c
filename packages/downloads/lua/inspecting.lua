--[[
Notes that a run looks into the content of its file, or that it has done so.

KEYS: 1, 2 scope
ARGV: 1 request, 2 run, 3 1 it begins, 0 it is over
Reply: 1 noted; 0 the run is no longer the latest
Invariant: the note outlives the process that made it, so that the next run can count it.
]]
local id = ARGV[1]
if not isHeldBy(id, ARGV[2]) then return 0 end
if ARGV[3] == '1' then
  redis.call('HSET', named('request', id), 'inspecting', 1)
else
  redis.call('HDEL', named('request', id), 'inspecting')
end
return 1
