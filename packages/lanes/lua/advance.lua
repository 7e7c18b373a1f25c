--[[
Shared by commit and bury: what becomes of a lane whose head was popped.

KEYS: 1 mailbox, 2 lane, 3 held, 4 waking, 5 paused, 6 oldest, 7 session prefix (as in the scripts that use it)
ARGV: 1 lane name, 2 epoch, 3 event id, 4 'continue' or 'yield', 5 session user of the event, 6 attempts of the event
Reply: { 1 } idle, { 2, now } yielded: to be woken, { 3 } paused, { 4, head, session or false } next,
       { 5, head } next, with the session the holder has at hand (unless sessions moved in: `reread`)
Invariant: the last look at the mailbox and the release of the lane are one step, so that an event pushed
           in between is either seen here or wakes the lane.
]]
local function advance(pause, reread)
  local mail, laneKey, held, waking, paused, oldest = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
  local lane = ARGV[1]
  local head = redis.call('LINDEX', mail, 0)
  if not head then
    redis.call('DEL', laneKey)
    redis.call('ZREM', held, lane)
    redis.call('ZREM', oldest, lane)
    if pause then redis.call('ZADD', paused, pause, lane) return { 3 } end
    return { 1 }
  end
  local arrived, user = string.match(head, '^(%d+)|[^|]*|[^|]*|([^\n]*)\n')
  redis.call('ZADD', oldest, arrived, lane)
  if pause or ARGV[4] == 'yield' then
    redis.call('DEL', laneKey)
    redis.call('ZREM', held, lane)
    if pause then redis.call('ZADD', paused, pause, lane) return { 3 } end
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    redis.call('ZADD', waking, now, lane)
    return { 2, now }
  end
  -- The holder's number of attempts is the stored one, so most turns need no write here.
  if ARGV[6] ~= '1' then redis.call('HSET', laneKey, 'attempts', 1) end
  if reread then redis.call('HDEL', laneKey, 'reread')
  elseif user == ARGV[5] then return { 5, head } end
  return { 4, head, user ~= '-' and redis.call('GET', KEYS[7] .. user) }
end

-- Pops the event the holder means. A commit that Redis carried out but whose reply was lost is sent
-- again by the client: then the head is another event and stays.
local function popIfHead()
  local head = redis.call('LPOP', KEYS[1])
  if not head then return nil end
  if string.match(head, '^%d+|([^|]*)|') == ARGV[3] then return head end
  redis.call('LPUSH', KEYS[1], head)
  return nil
end
