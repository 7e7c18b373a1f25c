--[[
Records chats that updates came from.

KEYS: 1, 2 scope
ARGV: for each chat 4: chat, milliseconds since its update, language or '', 'blocked' if the update says so, or ''
Reply: how many records have changed
Invariant: a chat that wrote after it was found to be blocked is no longer blocked; an update from before does not count.
]]
local changed = 0
for index = 1, #ARGV, 4 do
  local chat, at, language = ARGV[index], now - ARGV[index + 1], ARGV[index + 2]
  local known = readChat(chat)
  local day, blocked = math.max(known.day, math.floor(at / 86400000)), known.blocked
  if ARGV[index + 3] == 'blocked' then blocked = math.max(blocked, math.floor(at / 1000))
  elseif at / 1000 >= blocked then blocked = 0 end
  if language == '' then language = known.language end
  if day ~= known.day or blocked ~= known.blocked or language ~= known.language then
    known.day, known.blocked, known.language = day, blocked, language
    writeChat(chat, known)
    changed = changed + 1
  end
end
return changed
