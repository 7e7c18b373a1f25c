--[[
Wakes those of the lanes given that have mail and are in no state. No script leaves a lane so; a person, a lost key or
an older version may have.

KEYS: 1 prefix of the partition's keys; all others begin with it, 2 as `scope` in keys.ts says
ARGV: lane names
Reply: { now, { lanes made waking: each needs a wake-up } }
Invariant: a lane that is in any state stays as it is.
]]
local woken = {}
for _, lane in ipairs(ARGV) do
  if wakeStranded(lane) then woken[#woken + 1] = lane end
end
return { now, woken }
