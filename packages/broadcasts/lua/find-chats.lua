--[[
Finds known chats that are not blocked.

KEYS: 1, 2 scope
ARGV: 1 the first hash, 2 how many hashes, 3 seen within this many days, or 0, 4 language or '', 5 tag or '',
      6 private, groups or all
Reply: their ids
Invariant: reads only. A language such as pt includes pt-br.
]]
local found = {}
local since = tonumber(ARGV[3]) > 0 and math.floor(now / 86400000) - ARGV[3] or -1
for bucket = tonumber(ARGV[1]), ARGV[1] + ARGV[2] - 1 do
  local all = redis.call('HGETALL', named('chats', bucket))
  for index = 1, #all, 2 do
    local chat, known = all[index], parseChat(all[index + 1])
    local isGroup = string.sub(chat, 1, 1) == '-'
    local isLanguage = ARGV[4] == '' or known.language == ARGV[4]
      or string.sub(known.language, 1, #ARGV[4] + 1) == ARGV[4] .. '-'
    if known.blocked == 0 and known.day > since and isLanguage
      and (ARGV[5] == '' or contains(known.tags, ARGV[5]))
      and (ARGV[6] == 'all' or isGroup == (ARGV[6] == 'groups')) then
      found[#found + 1] = chat
    end
  end
end
return found
