--[[
Ends turns of many lanes, each for itself: writes the staged sessions and outbox entries, pops the event, answers the next one.

KEYS: `scope` of keys.ts
ARGV: of every turn: prefix of the lane's partition, lane name, epoch, event id, id of the event popped before it under this epoch ('' for none),
      'continue', 'yield' or the milliseconds that the lane rests first, session user of the event, attempts of the
      event, the lane's score in `oldest`, number of writes, then for each of these: a session's user,
      its JSON ('' deletes it) and its life in seconds (0: for ever); or '', an outbox entry, and '>'; or '', '' and
      '-', which deletes the turn's journal
Reply: of every turn: { 0 } the lane is no longer the caller's, nothing was written; else as in advance.lua
Invariant: session, outbox and acknowledgement are one step behind one fence. The acknowledgement is last: of what a
           Redis killed in the middle of a write carries out later (append-only-file.ts), none is a pop alone.
]]
-- A worker delivers what it has committed at once; one that has not within this time has died, or was refused.
local DELIVER_MS = 5000
local due
local wrote = false
return answerEach(function(turn)
  local lane, epoch, id, last, mode, user, attempts, oldestAt, writes = unpack(turn, 2, 10)
  P = turn[1]
  local fence = fenceOf(lane, epoch, id, last)
  if not fence then return { 0 } end
  if not fence.again then
    -- Redis without memory refuses a script's first write if it could grow, not what follows a write that could not.
    if writes ~= '0' and not wrote then redis.call('ZREM', P .. ':waking', '') end
    wrote = true
    local journal = false
    for write = 11, 10 + 3 * writes, 3 do
      local key, value, seconds = P .. ':session:' .. lane .. ':' .. turn[write], turn[write + 1], turn[write + 2]
      local entry = seconds == '>'
      local ends = seconds == '-'
      -- Only a basic group can migrate, and only then somebody asks who has a session.
      if not entry and not ends and canMigrate(lane) then
        redis.call(value == '' and 'SREM' or 'SADD', P .. ':users:' .. lane, turn[write])
      end
      if ends then
        journal = true
      elseif entry then
        local time = not due and redis.call('TIME')
        due = due or string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + DELIVER_MS)
        redis.call('ZADD', P .. ':outbox', due, value)
      elseif value == '' then
        redis.call('DEL', key)
      elseif seconds == '0' then
        redis.call('SET', key, value)
      else
        redis.call('SET', key, value, 'EX', seconds)
      end
    end
    -- LTRIM, not LPOP: what a command answers a script is copied and hashed, byte for byte. And strings for numbers:
    -- a script's numbers are printed as floating point first.
    redis.call('LTRIM', P .. ':mail:' .. lane, '1', '-1')
    -- Last: an event whose journal is gone would do everything again. One that was carried here has its lines in it, too.
    if journal and not fence.carried then redis.call('DEL', P .. ':effects:' .. lane) end
  end
  return advance(lane, id, mode, user, attempts, oldestAt, fence)
end)
