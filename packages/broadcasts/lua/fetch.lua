--[[
Reads recipients and their outcomes. Nothing moves: a recipient counts as handled only when its outcome is stored.

KEYS: 1, 2 scope
ARGV: 1 broadcast, 2 the first recipient, 3 how many, 4 the topic whose recipients are looked up, or '' for none
Reply: their chats, 8 bytes each; their outcomes, 1 byte each; for each pending one, in this order: its language, and
       `blocked`, `opted-out` or ''; both are '' for an unknown chat
Invariant: reads only.
]]
local id, from, count, topic = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local audience = redis.call('GETRANGE', named(id, 'audience'), from * 8, (from + count) * 8 - 1)
local outcomes = redis.call('GETRANGE', named(id, 'outcomes'), from, from + count - 1)
local known = {}
if topic ~= '' then
  for index = 1, #outcomes do
    if string.byte(outcomes, index) == 0 then
      local chat = readChat(string.format('%.0f', struct.unpack('>d', audience, index * 8 - 7)))
      known[#known + 1] = chat.language
      known[#known + 1] = chat.blocked > 0 and 'blocked' or contains(chat.out, topic) and 'opted-out' or ''
    end
  end
end
return { audience, outcomes, known }
