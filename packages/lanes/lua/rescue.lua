--[[
Wakes those of the lanes given that have mail and are in no state. No script leaves a lane so; a person, a lost key or
an older version may have.

KEYS: `scope` of keys.ts
ARGV: 1 prefix of the partition, then names of lanes in it
Reply: { now, { lanes made waking: each needs a wake-up } }
Invariant: a lane that is in any state stays as it is.
]]
local woken = {}
P = ARGV[1]
for index = 2, #ARGV do
  local lane = ARGV[index]
  if wakeStranded(lane) then woken[#woken + 1] = lane end
end
return { now, woken }
