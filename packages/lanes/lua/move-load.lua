--[[
First step of a lane's move: stores its new name, freezes it once no worker holds it, returns what is to be carried.

KEYS: 1 moved, 2 moving, 3 held, 4 paused, 5 waking, 6 resting, 7 lane, 8 mailbox, 9 users with a session,
      10 session prefix, 11 journal (all of the old lane)
ARGV: 1 old lane, 2 new lane, 3 epoch of the caller's own lease on the old lane ('' for none), 4 most sessions,
      5 most events
Reply: { 0 } held or paused: try again later; { 1 } has already moved;
       { 2, new lane, { user, remaining life in ms or negative, JSON or false, ... }, { envelopes }, { field of the
       lane's hash, value, ... }, journal or false }. Events follow only once all sessions are carried. Fields and
       journal are what earlier attempts at the first event have left.
Invariant: once the alias exists the lane is never opened again, so a lane that no worker holds is frozen for good: no
           turn can change what is being carried.
]]
local moved, moving, held, laneKey, lane = KEYS[1], KEYS[2], KEYS[3], KEYS[7], ARGV[1]
local to = redis.call('HGET', moved, lane)
if not to then
  to = ARGV[2]
  local time = redis.call('TIME')
  redis.call('ZADD', moving, time[1] * 1000 + math.floor(time[2] / 1000), lane)
elseif not redis.call('ZSCORE', moving, lane) then
  return { 1 }
end
-- Written every time, because `WAIT` confirms a step only if it has written.
redis.call('HSET', moved, lane, to)

if redis.call('ZSCORE', KEYS[4], lane) then return { 0 } end
if redis.call('ZSCORE', held, lane) then
  local fence = redis.call('HMGET', laneKey, 'epoch', 'pause')
  if fence[1] ~= ARGV[3] or fence[2] then return { 0 } end
  redis.call('ZREM', held, lane)
  -- As in hand-back.lua: the attempt in which its holder moves the lane does not count.
  redis.call('HINCRBY', laneKey, 'attempts', -1)
end
redis.call('ZREM', KEYS[5], lane)
redis.call('ZREM', KEYS[6], lane)
redis.call('HDEL', laneKey, 'epoch', 'pause', 'alone')

local sessions = {}
for _, user in ipairs(redis.call('SRANDMEMBER', KEYS[9], ARGV[4])) do
  local key = KEYS[10] .. user
  sessions[#sessions + 1] = user
  sessions[#sessions + 1] = tostring(redis.call('PTTL', key))
  sessions[#sessions + 1] = redis.call('GET', key)
end
if #sessions > 0 then return { 2, to, sessions, {}, {}, false } end

local head, fields = {}, { 'attempts', 'begun', 'deaths', 'rested', 'told', 'why' }
for index, value in ipairs(redis.call('HMGET', laneKey, unpack(fields))) do
  if value and value ~= '0' and value ~= '' then
    head[#head + 1] = fields[index]
    head[#head + 1] = value
  end
end
local events = redis.call('LRANGE', KEYS[8], 0, ARGV[5] - 1)
return { 2, to, sessions, events, head, redis.call('GET', KEYS[11]) }
