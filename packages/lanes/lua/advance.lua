--[[
Shared by commit and bury: who may end the turn in hand, and what becomes of the lane whose head was popped.

KEYS: none of its own; `P` is the prefix of the lane's partition, as the script that has the turn sets it
ARGV: none of its own; the lane, the turn's event id, 'continue', 'yield' or the milliseconds that the lane rests first,
      the session user of the event, its attempts, and the lane's score in `oldest` as its holder knows it
Reply: { 1 } idle, { 2, when } yielded, which the caller need not have asked for: to be woken then, { 3 } paused,
       { 4, head, session or false } next, { 5, head } next, with the session the holder has at hand (unless one was
       changed under it: `reread`)
Invariant: the last look at the mailbox and the release of the lane are one step, so that an event pushed
           in between is either seen here or wakes the lane.
]]
local P

-- Whether the lane is the holder's, and its event the head: the one behind the last that was popped under this
-- epoch. `again`: it is popped already, as a commit whose reply was lost is sent again by the client. Anything
-- else is a Redis that has lost the holder's last commits, in a failover or a crash: it is the holder's no more.
local function fenceOf(lane, epoch, id, last)
  local fence = redis.call('HMGET', P .. ':lane:' .. lane, 'epoch', 'pause', 'reread', 'done', 'deaths', 'suspect',
    'rested', 'told', 'carried')
  local done = fence[4] or ''
  if fence[1] ~= epoch or (done ~= id and done ~= last) then return nil end
  return { pause = fence[2], reread = fence[3], charges = fence[5] or fence[6] or fence[7] or fence[8],
    carried = fence[9], again = done == id }
end

-- The hash goes, but for what attempts in a former lane have left of an event (move-unload.lua): once that is the
-- head, it is the head's.
local function letGo(lane, carried, isHead)
  local laneKey = P .. ':lane:' .. lane
  redis.call('DEL', laneKey)
  if carried and isHead then redis.call('HSET', laneKey, unpack(cjson.decode(carried), 2))
  elseif carried then redis.call('HSET', laneKey, 'carried', carried) end
  redis.call('ZREM', P .. ':held', lane)
end

local function advance(lane, id, mode, user, attempts, oldestAt, fence)
  local pause = fence.pause
  local head = redis.call('LINDEX', P .. ':mail:' .. lane, '0')
  if not head then
    redis.call('ZREM', P .. ':oldest', lane)
    if pause then redis.call('ZADD', P .. ':paused', pause, lane) end
    letGo(lane)
    return pause and { 3 } or { 1 }
  end
  local arrived, nextId, nextUser = string.match(head, '^(%d+)|([^|]*)|[^|]*|([^\n]*)\n')
  -- It is opened with what its attempts have left.
  local isCarried = fence.carried and cjson.decode(fence.carried)[1] == nextId
  local stays = not pause and mode == 'continue' and not isCarried
  -- While the lane is held its age may be a second too old: the holder goes by the same rule (drain.ts).
  if not stays or math.abs(arrived - oldestAt) >= 1000 then redis.call('ZADD', P .. ':oldest', arrived, lane) end
  if not stays then
    -- The new state comes before the old one goes: whatever fails in between, the lane is in one of them.
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    local restMs = tonumber(mode)
    local at = now + (restMs or 0)
    if pause then redis.call('ZADD', P .. ':paused', pause, lane)
    else redis.call('ZADD', P .. (restMs and ':resting' or ':waking'), at, lane) end
    letGo(lane, fence.carried, isCarried)
    return pause and { 3 } or { 2, at }
  end
  local laneKey = P .. ':lane:' .. lane
  if attempts == '1' then redis.call('HSET', laneKey, 'done', id)
  else redis.call('HSET', laneKey, 'done', id, 'attempts', 1, 'why', '') end
  if fence.charges then redis.call('HDEL', laneKey, 'deaths', 'suspect', 'rested', 'told') end
  if fence.reread then redis.call('HDEL', laneKey, 'reread')
  -- A commit that is sent again cannot know whether the first one took the mark away.
  elseif nextUser == user and not fence.again then return { 5, head } end
  return { 4, head, nextUser ~= '-' and redis.call('GET', P .. ':session:' .. lane .. ':' .. nextUser) }
end
