--[[
Commits turns of many lanes, independently of each other: writes the staged sessions and outbox entries, pops the event,
and returns the next one.

KEYS: `scope` of keys.ts
ARGV: for every turn: prefix of the lane's partition, lane name, epoch, event id, id of the event popped before it under
      this epoch ('' for none), 'continue', 'yield' or the milliseconds for which the lane rests, session user of the
      event, attempts of the event, the lane's score in `oldest`, number of writes; then for each write: a session's
      user, its JSON ('' deletes it) and its time to live in seconds (0: forever); or '', an outbox entry and '>';
      or '', '' and '-', which deletes the turn's journal
Reply: for every turn: { 0 } the caller no longer holds the lane, nothing was written; otherwise as in advance.lua
Invariant: sessions, outbox and acknowledgement are written in one step behind one fence. The acknowledgement comes
           last, so that a Redis killed in the middle never executes the pop without the writes (append-only-file.ts).
]]
-- A worker delivers its entries right after the commit. An entry still here after this time was left by a worker that
-- died, or its delivery failed.
local DELIVER_MS = 5000
local due
local wrote = false
return answerEach(function(turn)
  local lane, epoch, id, last, mode, user, attempts, oldestAt, writes = unpack(turn, 2, 10)
  P = turn[1]
  local fence = fenceOf(lane, epoch, id, last)
  if not fence then return { 0 } end
  if not fence.again then
    -- An out-of-memory Redis refuses a script whose first write needs memory, but not one that starts with a ZREM.
    if writes ~= '0' and not wrote then redis.call('ZREM', P .. ':waking', '') end
    wrote = true
    local journal = false
    for write = 11, 10 + 3 * writes, 3 do
      local key, value, seconds = P .. ':session:' .. lane .. ':' .. turn[write], turn[write + 1], turn[write + 2]
      local entry = seconds == '>'
      local ends = seconds == '-'
      -- The list of users is read only by a migration, and only basic groups migrate.
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
    -- LTRIM instead of LPOP: a reply to a script is copied and hashed byte for byte. Strings instead of numbers: Redis
    -- formats the numbers of a script as floating point first.
    redis.call('LTRIM', P .. ':mail:' .. lane, '1', '-1')
    -- Last, because an event without its journal would repeat all its effects. The journal of a carried event is under
    -- the same key, and stays.
    if journal and not fence.carried then redis.call('DEL', P .. ':effects:' .. lane) end
  end
  return advance(lane, id, mode, user, attempts, oldestAt, fence)
end)
