--[[
Shared by the scripts of every turn: whether a lane can migrate, so that all other lanes skip the work for migrations.

KEYS: none of its own
ARGV: none of its own
Reply: true for the lane of a basic group: `c:-` and at most twelve digits; the id of a supergroup has more
Invariant: same rule as isBasicGroup in the contracts package.
]]
local function canMigrate(lane)
  return #lane <= 15 and string.sub(lane, 1, 3) == 'c:-'
end
