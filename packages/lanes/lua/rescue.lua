--[[
Wakes stranded lanes, those that have mail but are in no state. No script leaves a lane like this, but a manual change,
a lost key or an older version may have.

KEYS: `scope` of keys.ts
ARGV: 1 prefix of the partition, then names of lanes in it
Reply: { now, { lanes that are waking now and need a wake-up } }
Invariant: a lane that is in any state is left unchanged.
]]
local woken = {}
P = ARGV[1]
for index = 2, #ARGV do
  local lane = ARGV[index]
  if wakeStranded(lane) then woken[#woken + 1] = lane end
end
return { now, woken }
