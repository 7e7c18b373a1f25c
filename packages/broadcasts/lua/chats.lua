--[[
What is known about chats; included in the scripts that need it.

KEYS: 1 and 2 the scope
ARGV: none of its own
Reply: none
Invariant: a chat's record is one field of a hash; many small hashes take a quarter of the memory of a large one. It is
           `<day last seen> <language> <blocked since, in seconds, or 0> <tags> <topics it does not want>`, and a chat
           that does not differ from an unknown one has no record.
]]
local function chatsOf(chat)
  return named('chats', math.abs(chat) % 16384)
end

local function parseChat(record)
  local day, language, blocked, tags, out = string.match(record or '', '^(%d+) (%S*) (%d+) (%S*) (%S*)$')
  return { day = tonumber(day or 0), language = language or '', blocked = tonumber(blocked or 0),
    tags = tags or '', out = out or '' }
end

local function readChat(chat)
  return parseChat(redis.call('HGET', chatsOf(chat), chat))
end

local function writeChat(chat, known)
  redis.call('HSET', chatsOf(chat), chat, table.concat({ known.day, known.language,
    string.format('%.0f', known.blocked), known.tags, known.out }, ' '))
end

-- Lists are separated and surrounded by commas, so that a search for `,x,` finds exactly x.
local function contains(list, item)
  return string.find(list, ',' .. item .. ',', 1, true) ~= nil
end

local function with(list, item)
  if contains(list, item) then return list end
  return (list == '' and ',' or list) .. item .. ','
end

local function without(list, item)
  local from, to = string.find(list, ',' .. item .. ',', 1, true)
  if not from then return list end
  local rest = string.sub(list, 1, from) .. string.sub(list, to + 1)
  return rest == ',' and '' or rest
end

local function markBlocked(chat)
  local known = readChat(chat)
  known.blocked = math.floor(now / 1000)
  writeChat(chat, known)
end
