--[[
Ends a turn: writes the staged sessions, pops the event, answers the next one.

KEYS: 1 mailbox, 2 lane, 3 held, 4 waking, 5 paused, 6 oldest, 7 session prefix,
      8 users with a session, then the session keys to write
ARGV: 1 lane name, 2 epoch, 3 event id, 4 'continue' or 'yield', 5 session user of the event, 6 attempts of the
      event, then for every session key: its JSON ('' deletes it) and its life in seconds (0: for ever)
Reply: { 0 } the lane is no longer the caller's, nothing was written; else as in advance.lua
Invariant: session and acknowledgement are one step behind one fence.
]]
local fence = redis.call('HMGET', KEYS[2], 'epoch', 'pause', 'reread')
if fence[1] ~= ARGV[2] then return { 0 } end
if popIfHead() then
  for index = 9, #KEYS do
    local value, seconds = ARGV[2 * index - 11], ARGV[2 * index - 10]
    -- Only a basic group can migrate, and only then somebody asks who has a session.
    if canMigrate(ARGV[1]) then
      redis.call(value == '' and 'SREM' or 'SADD', KEYS[8], string.sub(KEYS[index], #KEYS[7] + 1))
    end
    if value == '' then
      redis.call('DEL', KEYS[index])
    elseif seconds == '0' then
      redis.call('SET', KEYS[index], value)
    else
      redis.call('SET', KEYS[index], value, 'EX', seconds)
    end
  end
end
return advance(fence[2], fence[3])
