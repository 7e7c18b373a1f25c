--[[
Second step of a lane's move: stores what was loaded in the new lane, each session and event once.

KEYS: 1 set of what has arrived from the old lane, 2 mailbox, 3 lane, 4 held, 5 waking, 6 paused, 7 oldest,
      8 session prefix, 9 resting, 10 journal (all of the new lane)
ARGV: 1 new lane, 2 seconds to remember what has arrived, 3 journal of the first event or '', 4 number of fields and
      values that its attempts have left in its lane's hash, 5 number of sessions; then these fields and values; then
      for each session: user, remaining life in ms or negative, JSON or ''; then for each event: id, envelope
Reply: { sessions stored, events stored, time of waking or false }
Invariant: arrivals are marked in the same step, after they are stored, so that a step done twice (concurrently, or
           again after a crash) stores everything once and restores nothing that was deleted since. A session that the
           new lane already has stays. An event that was begun in the old lane counts as begun in the new one; if it is
           not the head there, what its attempts have left waits in `carried`.
]]
local arrived, mail, laneKey, held, oldest = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[7]
local lane, journal, left, count = ARGV[1], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local sessions = 0
local sessionsAt = 6 + left
for index = sessionsAt, sessionsAt + 3 * count - 1, 3 do
  local user, life, json = ARGV[index], ARGV[index + 1], ARGV[index + 2]
  local key = KEYS[8] .. user
  if redis.call('SISMEMBER', arrived, 's' .. user) == 0 then
    if json ~= '' and redis.call('EXISTS', key) == 0 then
      redis.call('SET', key, json)
      if tonumber(life) > 0 then redis.call('PEXPIRE', key, life) end
      sessions = sessions + 1
    end
    redis.call('SADD', arrived, 's' .. user)
  end
end
-- A holder that has cached the session of its last turn must read it again.
if sessions > 0 and redis.call('ZSCORE', held, lane) then redis.call('HSET', laneKey, 'reread', 1) end

-- Old mail goes first. Internal events have no id to order them by, so they stay behind the update that precedes them.
local first = sessionsAt + 3 * count
local after = -1
for index = first, #ARGV, 2 do
  local id = tonumber(ARGV[index])
  if id then after = id - 0.5 break end
end
-- Stores what earlier attempts at the first event have left.
local function carry(id, envelope)
  if left == 0 then return end
  local fields = {}
  for index = 6, 5 + left do fields[#fields + 1] = ARGV[index] end
  if redis.call('LINDEX', mail, 0) == envelope then redis.call('HSET', laneKey, unpack(fields))
  else redis.call('HSET', laneKey, 'carried', cjson.encode({ id, unpack(fields) })) end
end

local events = 0
for index = first, #ARGV, 2 do
  local id, envelope = ARGV[index], ARGV[index + 1]
  if redis.call('SISMEMBER', arrived, 'm' .. id) == 0 then
    -- The journal is stored before the event. Storing it twice is harmless, because each line has an id.
    if index == first and journal ~= '' then redis.call('APPEND', KEYS[10], journal) end
    local length = redis.call('RPUSH', mail, envelope)
    if length > 1 then putInOrder(mail, laneKey, length, tonumber(id) or after, now) end
    if index == first then carry(id, envelope) end
    redis.call('SADD', arrived, 'm' .. id)
    events = events + 1
  end
  if tonumber(id) then after = id + 0.5 end
end
redis.call('EXPIRE', arrived, ARGV[2])

-- The lane's state decides, not what this call has stored, so that this also repairs a call that failed halfway.
local head = redis.call('LINDEX', mail, 0)
if not head then return { sessions, events } end
redis.call('ZADD', oldest, string.match(head, '^%d+'), lane)
for _, state in ipairs({ held, KEYS[5], KEYS[6], KEYS[9] }) do
  if redis.call('ZSCORE', state, lane) then return { sessions, events } end
end
redis.call('ZADD', KEYS[5], now, lane)
return { sessions, events, now }
