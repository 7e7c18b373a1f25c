--[[
Stores events in their lanes' mailboxes and says which lanes have to be woken. Many events in one call.

KEYS: 1 prefix of the partition's keys; all others begin with it, 2 as `scope` in keys.ts says
ARGV: for every event: its seen bitmap (or the once key of an internal event), bit in the bitmap ('' for an internal
      event), lane name, envelope without its arrival time, the channel on which to interrupt the running turn ('' for an
      event that does not), what to publish there, event id, the most events the mailbox may hold with this one ('' for
      any number), the claim of the process, as the partition must hold it
Reply: for every event: { status, time of waking }; status 0 stored, 1 stored and to be woken, 2 duplicate,
       3 duplicate of an event in a lane that waits for its wake-up: wake it again, 4 refused, nothing stored,
       5 nothing stored: the lane has moved, { 5, to that lane }, 6 nothing stored: the partition has another claim
Invariant: the seen mark and the mail are one step, so that a push repeated after any fault stores once;
           waiting updates stay in update_id order, and nothing overtakes a head that was begun.
]]
local P = KEYS[1]
-- Telegram repeats an update for up to 24 h; its id is remembered twice as long.
local REMEMBER_SECONDS = '172800'
local waking, oldest, moved = P .. ':waking', P .. ':oldest', P .. ':moved'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local nowText = string.format('%.0f', now)
local kept = {}
local claimed = redis.call('GET', P .. ':claim')

local function push(seen, bit, lane, tail, channel, interruption, id, most, claim)
  if claim ~= claimed then return { 6, now } end
  local known
  if bit ~= '' then
    known = redis.call('SETBIT', seen, bit, '1') == 1
  else
    known = not redis.call('SET', seen, '1', 'NX')
  end
  -- Also for a duplicate: a push that replicas confirm has to write.
  if not kept[seen] then redis.call('EXPIRE', seen, REMEMBER_SECONDS) end
  kept[seen] = true
  if known then
    local since = redis.call('ZSCORE', waking, lane)
    return since and { 3, tonumber(since) } or { 2, now }
  end

  local moving = false
  if canMigrate(lane) then
    local to = redis.call('HGET', moved, lane)
    moving = to and redis.call('ZSCORE', P .. ':moving', lane)
    if to and not moving then
      -- The mark goes: it is the new lane's that says whether the event is there.
      if bit ~= '' then redis.call('SETBIT', seen, bit, 0) else redis.call('DEL', seen) end
      return { 5, to }
    end
  end

  local mail = P .. ':mail:' .. lane
  local length = redis.call('RPUSH', mail, nowText .. '|' .. tail)
  if most ~= '' and length > tonumber(most) then
    -- Taking it back costs the rare refusal two commands; asking for the length first costs every push one.
    redis.call('RPOP', mail)
    redis.call('SETBIT', seen, bit, 0)
    return { 4, now }
  end
  if length > 1 and bit ~= '' then putInOrder(mail, P .. ':lane:' .. lane, length, tonumber(id), now) end

  if channel ~= '' then redis.call('PUBLISH', channel, interruption) end
  if length > 1 then return { 0, now } end
  redis.call('ZADD', oldest, nowText, lane)
  if moving or redis.call('ZSCORE', P .. ':paused', lane) then return { 0, now } end
  redis.call('ZADD', waking, nowText, lane)
  return { 1, now }
end

local reply = {}
for index = 1, #ARGV, 9 do reply[#reply + 1] = push(unpack(ARGV, index, index + 8)) end
return reply
