--[[
Opens lanes that wait for a worker, under a lease and the caller's epoch. Many lanes in one call.

KEYS: `scope` of keys.ts
ARGV: 1 lease in milliseconds, 2 'others' for lanes that are not suspects; for a suspect 'alone', or 'beside others' if
      its worker holds other lanes, 3 the epoch; then for every lane: prefix of its partition, name
Reply: { now, { lane, attempts, head, session or false, deaths, milliseconds for which the head was put off,
       1 if its user was notified of a failure, journal or false, 1 if it was begun in an uncounted attempt }, ... } for
       the lanes that were opened; the journal is what earlier attempts at the head have recorded (journal-lines.ts)
Invariant: a lane leaves `waking` (or a rest that is over) for one caller only, under an epoch that is never used twice;
           held, resting, paused and idle lanes are skipped. A lane that has moved is never opened again: its content is
           being carried to the new one. Modes other than 'others' open suspects that rest, and nothing else. A lane
           that cannot be opened because of an error stays waking.
]]
local P, waking, held, resting
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = string.format('%.0f', now + ARGV[1])
local isTrial = ARGV[2] ~= 'others'
local epoch = ARGV[3]
local reply = { now }

-- Removes the lane from its state; nil or false if it is not in a state that may be opened.
local function take(lane)
  if not isTrial and redis.call('ZREM', waking, lane) == 1 then return true end
  local rested = redis.call('ZSCORE', resting, lane)
  if not rested then return nil end
  if (redis.call('HEXISTS', P .. ':lane:' .. lane, 'suspect') == 1) ~= isTrial then return nil end
  return (isTrial or tonumber(rested) <= now) and redis.call('ZREM', resting, lane) == 1
end

local function open(lane)
  if canMigrate(lane) and redis.call('HEXISTS', P .. ':moved', lane) == 1 then
    redis.call('ZADD', P .. ':moving', 'NX', now, lane)
    return nil
  end
  local head = redis.call('LINDEX', P .. ':mail:' .. lane, '0')
  if not head then
    -- A script that failed halfway may have left an entry.
    redis.call('ZREM', P .. ':oldest', lane)
    return nil
  end
  local laneKey = P .. ':lane:' .. lane
  local before = redis.call('HMGET', laneKey, 'attempts', 'deaths', 'done', 'rested', 'told', 'begun')
  local attempts = (before[1] or 0) + 1
  redis.call('HSET', laneKey, 'attempts', attempts, 'epoch', epoch, 'lease', ARGV[1], 'done', '')
  if ARGV[2] == 'alone' then redis.call('HSET', laneKey, 'alone', 1) end
  redis.call('ZADD', held, ends, lane)
  local arrived, user = string.match(head, '^(%d+)|[^|]*|[^|]*|([^\n]*)\n')
  -- If the last holder released the lane without committing its head, the score may lag (advance.lua). Without this,
  -- such lags would add up.
  if before[3] then redis.call('ZADD', P .. ':oldest', arrived, lane) end
  local session = user ~= '-' and redis.call('GET', P .. ':session:' .. lane .. ':' .. user)
  local journal = (before[1] or before[6]) and redis.call('GET', P .. ':effects:' .. lane)
  local deaths, rested, notified = tonumber(before[2] or 0), tonumber(before[4] or 0), tonumber(before[5] or 0)
  return { lane, attempts, head, session, deaths, rested, notified, journal, tonumber(before[6] or 0) }
end

local failure
for index = 4, #ARGV, 2 do
  local lane = ARGV[index + 1]
  P = ARGV[index]
  waking, held, resting = P .. ':waking', P .. ':held', P .. ':resting'
  if take(lane) then
    local done, opened = pcall(open, lane)
    if done then
      reply[#reply + 1] = opened
    else
      -- The sweep will try it again; the other lanes of this call are not affected.
      redis.call('ZADD', waking, now, lane)
      -- Before Redis 7 the error is a text prefixed with its line (see batch.lua).
      failure = type(opened) == 'string'
        and redis.error_reply(string.match(opened, '^@user_script: %d+: %-?(.*)') or opened) or opened
    end
  end
end
if failure and #reply == 1 then return failure end
return reply
