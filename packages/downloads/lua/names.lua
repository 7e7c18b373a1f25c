--[[
Key names and the current time; included in every script.

KEYS: 1 and 2 the scope: the prefix of all keys, and the same with a colon
ARGV: none of its own
Reply: none
Invariant: all keys start with the prefix, whose hash tag keeps them in one slot; time is Redis's.
]]
local function named(...)
  return table.concat({ KEYS[1], ... }, ':')
end

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
