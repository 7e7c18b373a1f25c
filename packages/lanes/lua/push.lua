--[[
Stores one event in its lane's mailbox and says whether the lane has to be woken.

KEYS: 1 seen bitmap (or the once key of an internal event), 2 mailbox, 3 lane, 4 waking, 5 paused, 6 oldest,
      7 moved, 8 moving
ARGV: 1 bit in the bitmap ('' for an internal event), 2 lane name, 3 envelope without its arrival time,
      4 seconds to remember the id, 5 channel to interrupt the running turn ('' for none), 6 event id,
      7 the most events the mailbox may hold with this one ('' for any number)
Reply: { status, time of waking }; status 0 stored, 1 stored and to be woken, 2 duplicate,
       3 duplicate of an event in a lane that waits for its wake-up: wake it again, 4 refused, nothing stored,
       5 nothing stored: the lane has moved, { 5, to that lane }
Invariant: the seen mark and the mail are one step, so that a push repeated after any fault stores once;
           waiting updates stay in update_id order, and nothing overtakes a head that was begun.
]]
local seen, mail, laneKey, waking, paused, oldest = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local bit, lane, tail, ttl, channel, id = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local known
if bit ~= '' then
  known = redis.call('SETBIT', seen, bit, 1) == 1
else
  known = not redis.call('SET', seen, '1', 'NX')
end
-- Also for a duplicate: a push that replicas confirm has to write.
redis.call('EXPIRE', seen, ttl)
if known then
  local since = redis.call('ZSCORE', waking, lane)
  return since and { 3, tonumber(since) } or { 2, now }
end

local moving = false
if canMigrate(lane) then
  local to = redis.call('HGET', KEYS[7], lane)
  moving = to and redis.call('ZSCORE', KEYS[8], lane)
  if to and not moving then
    -- The mark goes: it is the new lane's that says whether the event is there.
    if bit ~= '' then redis.call('SETBIT', seen, bit, 0) else redis.call('DEL', seen) end
    return { 5, to }
  end
end

local length = redis.call('RPUSH', mail, string.format('%.0f', now) .. '|' .. tail)
if ARGV[7] ~= '' and length > tonumber(ARGV[7]) then
  -- Taking it back costs the rare refusal two commands; asking for the length first costs every push one.
  redis.call('RPOP', mail)
  redis.call('SETBIT', seen, bit, 0)
  return { 4, now }
end
if length > 1 and bit ~= '' then putInOrder(mail, laneKey, length, tonumber(id), now) end

if channel ~= '' then redis.call('PUBLISH', channel, lane .. '|' .. id) end
if length > 1 then return { 0, now } end
redis.call('ZADD', oldest, now, lane)
if moving or redis.call('ZSCORE', paused, lane) then return { 0, now } end
redis.call('ZADD', waking, now, lane)
return { 1, now }
