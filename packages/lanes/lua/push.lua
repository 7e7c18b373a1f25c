--[[
Stores one event in its lane's mailbox and says whether the lane has to be woken.

KEYS: 1 seen bitmap (or the once key of an internal event), 2 mailbox, 3 lane, 4 waking, 5 paused, 6 oldest
ARGV: 1 bit in the bitmap ('' for an internal event), 2 lane name, 3 envelope without its arrival time,
      4 seconds to remember the id, 5 channel to interrupt the running turn ('' for none), 6 event id,
      7 the most events the mailbox may hold with this one ('' for any number)
Reply: { status, time of waking }; status 0 stored, 1 stored and to be woken, 2 duplicate,
       3 duplicate of an event in a lane that waits for its wake-up: wake it again, 4 refused, nothing stored
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

local envelope = string.format('%.0f', now) .. '|' .. tail
local length = redis.call('RPUSH', mail, envelope)
if ARGV[7] ~= '' and length > tonumber(ARGV[7]) then
  -- Taking it back costs the rare refusal two commands; asking for the length first costs every push one.
  redis.call('RPOP', mail)
  redis.call('SETBIT', seen, bit, 0)
  return { 4, now }
end
if length > 1 and bit ~= '' then
  -- A late update goes before the waiting ones with higher ids; internal events in between move along.
  -- It passes nothing older than 48 h: ids restart lower after a quiet week.
  local own, last, most, before, found = tonumber(id), -2, 1, nil, false
  while not found and -last <= length do
    -- By growing pieces: one by one, the way to the middle of a long list is walked for each of them.
    local first = math.max(last - most + 1, -length)
    local waiting = redis.call('LRANGE', mail, first, last)
    for index = #waiting, 1, -1 do
      local arrived, other = string.match(waiting[index], '^(%d+)|([^|]*)|')
      other = tonumber(other)
      if other then
        found = other < own or now - arrived > 172800000
        if not found and first + index - 1 == -length then
          local head = redis.call('HMGET', laneKey, 'attempts', 'begun')
          found = head[2] or (head[1] and tonumber(head[1]) > 0)
        end
        if found then break end
        before = waiting[index]
      end
    end
    last, most = first - 1, math.min(2 * most, 64)
  end
  if before then
    redis.call('RPOP', mail)
    redis.call('LINSERT', mail, 'BEFORE', before, envelope)
  end
end

if channel ~= '' then redis.call('PUBLISH', channel, lane .. '|' .. id) end
if length > 1 then return { 0, now } end
redis.call('ZADD', oldest, now, lane)
if redis.call('ZSCORE', paused, lane) then return { 0, now } end
redis.call('ZADD', waking, now, lane)
return { 1, now }
