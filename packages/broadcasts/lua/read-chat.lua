--[[
Reads what is known about a chat.

KEYS: 1, 2 scope
ARGV: 1 chat
Reply: day last seen, language, blocked since (seconds, or 0), tags, topics it does not want
Invariant: reads only.
]]
local known = readChat(ARGV[1])
return { known.day, known.language, known.blocked, known.tags, known.out }
