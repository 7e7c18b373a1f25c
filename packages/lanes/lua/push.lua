--[[
Stores events in their lanes' mailboxes and returns which lanes have to be woken. Many events in one call.

KEYS: `scope` of keys.ts
ARGV: for every event: prefix of its lane's partition, its seen bitmap (or the once key of an internal event), bit in
      the bitmap ('' for an internal event), lane name, envelope without its arrival time, the channel on which to
      interrupt the running turn ('' for an event that interrupts none), the message to publish there, event id, the
      most events the mailbox may hold including this one ('' for no limit)
Reply: for every event: { status, time of waking }; status 0 stored, 1 stored: wake the lane, 2 duplicate,
       3 duplicate of an event in a lane that waits for its wake-up: wake it again, 4 refused, nothing stored;
       { 5, lane } nothing stored, because the lane has moved there; or the error of this event: nothing stored
Invariant: the seen mark and the mail are written in one step, so that a push repeated after any fault stores once;
           waiting updates stay in update_id order, and nothing overtakes a head that was begun.
]]
-- Telegram repeats an update for up to 24 h; its id is remembered twice as long.
local REMEMBER_SECONDS = '172800'
local waking, oldest, moved
local nowText = string.format('%.0f', now)
local kept = {}

-- Stores a new event and makes its lane waking.
local function store(seen, bit, lane, envelope, channel, interruption, id, most)
  if not kept[seen] then redis.call('EXPIRE', seen, REMEMBER_SECONDS) end
  kept[seen] = true
  local moving = false
  if canMigrate(lane) then
    local to = redis.call('HGET', moved, lane)
    moving = to and redis.call('ZSCORE', P .. ':moving', lane)
    -- The caller removes the seen mark, because the mark of the new lane decides whether the event is a duplicate.
    if to and not moving then return { 5, to } end
  end

  local mail = P .. ':mail:' .. lane
  local length = redis.call('RPUSH', mail, envelope)
  if most ~= '' and length > tonumber(most) then
    -- Undoing the push costs two commands in the rare refusal; checking the length first would cost one in every push.
    redis.call('RPOP', mail)
    return { 4, now }
  end
  if length > 1 and bit ~= '' then putInOrder(mail, P .. ':lane:' .. lane, length, tonumber(id), now) end
  local status = 0
  if length == 1 then
    redis.call('ZADD', oldest, nowText, lane)
    if not moving and not redis.call('ZSCORE', P .. ':paused', lane) then
      redis.call('ZADD', waking, nowText, lane)
      status = 1
    end
  end
  -- Last and best effort: the event is stored, whether or not a running turn can be interrupted.
  if channel ~= '' then redis.pcall('PUBLISH', channel, interruption) end
  return { status, now }
end

return answerEach(function(event)
  local seen, bit, lane, tail, channel, interruption, id, most = unpack(event, 2)
  P = event[1]
  waking, oldest, moved = P .. ':waking', P .. ':oldest', P .. ':moved'
  local known
  if bit ~= '' then
    known = redis.call('SETBIT', seen, bit, '1') == 1
  else
    known = not redis.call('SET', seen, '1', 'NX')
  end
  if known then
    -- Written because `WAIT` confirms a push only if it has written.
    redis.call('EXPIRE', seen, REMEMBER_SECONDS)
    local since = redis.call('ZSCORE', waking, lane)
    if since then return { 3, tonumber(since) } end
    return { wakeStranded(lane) and 3 or 2, now }
  end

  local envelope = nowText .. '|' .. tail
  local done, reply = pcall(store, seen, bit, lane, envelope, channel, interruption, id, most)
  if done and reply[1] < 2 then return reply end
  -- Not stored, or failed halfway. If the mark stayed, a repeated push would count as a duplicate and be lost.
  if bit ~= '' then redis.call('SETBIT', seen, bit, 0) else redis.call('DEL', seen) end
  if not done then
    reply = errorReply(reply)
    redis.pcall('LREM', P .. ':mail:' .. lane, 0, envelope)
    if redis.call('EXISTS', P .. ':mail:' .. lane) == 0 then redis.pcall('ZREM', oldest, lane) end
  end
  return reply
end)
