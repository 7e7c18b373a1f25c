--[[
Adds an item to a list of a chat, or removes it.

KEYS: 1, 2 scope
ARGV: 1 chat, 2 list: tags, or out (topics that the chat does not want), 3 item, 4 whether to add it: 1 or 0
Reply: 1 if the list has changed, otherwise 0
Invariant: idempotent.
]]
local known = readChat(ARGV[1])
local before = known[ARGV[2]]
known[ARGV[2]] = (ARGV[4] == '1' and with or without)(before, ARGV[3])
if known[ARGV[2]] == before then return 0 end
writeChat(ARGV[1], known)
return 1
