--[[
Ends turns of many lanes, each for itself: writes the staged sessions and outbox entries, pops the event, answers the next one.

KEYS: 1 prefix of the partition's keys; all others begin with it, 2 as `scope` in keys.ts says
ARGV: for every turn: lane name, epoch, event id, id of the event popped before it under this epoch ('' for none),
      'continue', 'yield' or the milliseconds that the lane rests first, session user of the event, attempts of the
      event, the lane's score in `oldest`, number of writes, then for each of these: a session's user,
      its JSON ('' deletes it) and its life in seconds (0: for ever); or '', an outbox entry, and '>'; or '', '' and
      '-', which deletes the turn's journal
Reply: for every turn: { 0 } the lane is no longer the caller's, nothing was written; else as in advance.lua
Invariant: session, outbox and acknowledgement are one step behind one fence. The acknowledgement is last: of what a
           Redis killed in the middle of a write carries out later (append-only-file.ts), none is a pop alone.
]]
-- A worker delivers what it has committed at once; one that has not within this time has died, or was refused.
local DELIVER_MS = 5000
local reply, due = {}, nil
local index = 1
local wrote = false
while ARGV[index] do
  local lane, epoch, id, last, mode, user, attempts, oldestAt, writes = unpack(ARGV, index, index + 8)
  index = index + 9
  local following = index + 3 * writes
  local fence = fenceOf(lane, epoch, id, last)
  if not fence then
    reply[#reply + 1] = { 0 }
  else
    if not fence.again then
      -- Redis without memory refuses a script's first write if it could grow, not what follows a write that could not.
      if writes ~= '0' and not wrote then redis.call('ZREM', P .. ':waking', '') end
      wrote = true
      local journal = false
      for write = index, following - 1, 3 do
        local key, value, seconds = P .. ':session:' .. lane .. ':' .. ARGV[write], ARGV[write + 1], ARGV[write + 2]
        local entry = seconds == '>'
        local ends = seconds == '-'
        -- Only a basic group can migrate, and only then somebody asks who has a session.
        if not entry and not ends and canMigrate(lane) then
          redis.call(value == '' and 'SREM' or 'SADD', P .. ':users:' .. lane, ARGV[write])
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
    reply[#reply + 1] = advance(lane, id, mode, user, attempts, oldestAt, fence)
  end
  index = following
end
return reply
