--[[
Shared by the scripts that let a lane go: whether it has to be opened alone.

KEYS: none of its own
ARGV: none of its own; `deaths` is how many workers died, or froze past their lease, while they handled the
      lane's head beside other lanes
Reply: true from the second death on: the first may be chance, and nearly all lanes held at a death are innocent
Invariant: a suspect is never opened beside other lanes, so that no more of them are taken along.
]]
local function isSuspect(deaths)
  return tonumber(deaths or 0) >= 2
end
