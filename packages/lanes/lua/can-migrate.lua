--[[
Shared by the scripts of every turn: whether a lane is one of those that can move, so that all others pay nothing.

KEYS: none of its own
ARGV: none of its own
Reply: true for the lane of a basic group, `c:-` and at most twelve digits; a supergroup's id has more
Invariant: equal to isBasicGroup of the contracts.
]]
local function canMigrate(lane)
  return #lane <= 15 and string.sub(lane, 1, 3) == 'c:-'
end
