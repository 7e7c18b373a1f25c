--[[
Reads recipients and their outcomes. Nothing moves: a recipient counts as handled only when its outcome is stored.

KEYS: 1, 2 scope
ARGV: 1 broadcast, 2 the first recipient, 3 how many
Reply: their chats, 8 bytes each, and their outcomes, 1 byte each
Invariant: reads only.
]]
local id, from, count = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
return {
  redis.call('GETRANGE', named(id, 'audience'), from * 8, (from + count) * 8 - 1),
  redis.call('GETRANGE', named(id, 'outcomes'), from, from + count - 1),
}
