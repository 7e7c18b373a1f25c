--[[
Shared by commit and bury: checks that the caller may end the turn, and decides what happens to the lane once its head
is popped.

KEYS: none of its own; `P` is the prefix of the lane's partition, set by the script that ends the turn
ARGV: none of its own; the functions get the lane, the turn's event id, 'continue', 'yield' or the milliseconds for
      which the lane rests, the session user of the event, its attempts, and the lane's score in `oldest` as its holder
      knows it
Reply: { 1 } idle; { 2, when } yielded, possibly although the caller did not ask for it: wake the lane then; { 3 } paused;
       { 4, head, session or false } next; { 5, head } next, with the session that the holder already has (never if
       a session of the lane was changed meanwhile: `reread`)
Invariant: the last check of the mailbox and the release of the lane are one step, so that an event pushed in between
           is either seen here or wakes the lane.
]]
local P

-- Returns nil unless the caller holds the lane and its event is the head, which is the event after the last one popped
-- under this epoch. `again`: the event is already popped, because the client resends a commit whose reply was lost.
-- Anything else means that Redis lost the holder's last commits in a failover or crash. The holder has lost the lane.
local function fenceOf(lane, epoch, id, last)
  local fence = redis.call('HMGET', P .. ':lane:' .. lane, 'epoch', 'pause', 'reread', 'done', 'deaths', 'suspect',
    'rested', 'told', 'carried')
  local done = fence[4] or ''
  if fence[1] ~= epoch or (done ~= id and done ~= last) then return nil end
  return { pause = fence[2], reread = fence[3], charges = fence[5] or fence[6] or fence[7] or fence[8],
    carried = fence[9], again = done == id }
end

-- Releases the lane and deletes its hash, except what an event's attempts in a former lane have left (move-unload.lua):
-- once that event is the head, these fields become the head's own.
local function release(lane, carried, isHead)
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
    release(lane)
    return pause and { 3 } or { 1 }
  end
  local arrived, nextId, nextUser = string.match(head, '^(%d+)|([^|]*)|[^|]*|([^\n]*)\n')
  -- Such a head has to be opened again, to get what its earlier attempts have left.
  local isCarried = fence.carried and cjson.decode(fence.carried)[1] == nextId
  local stays = not pause and mode == 'continue' and not isCarried
  -- While a lane is held, its score may lag by up to a second; the holder applies the same rule (drain.ts).
  if not stays or math.abs(arrived - oldestAt) >= 1000 then redis.call('ZADD', P .. ':oldest', arrived, lane) end
  if not stays then
    -- Add the new state before removing the old one: if the script fails in between, the lane is still in one of them.
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    local restMs = tonumber(mode)
    local at = now + (restMs or 0)
    if pause then redis.call('ZADD', P .. ':paused', pause, lane)
    else redis.call('ZADD', P .. (restMs and ':resting' or ':waking'), at, lane) end
    release(lane, fence.carried, isCarried)
    return pause and { 3 } or { 2, at }
  end
  local laneKey = P .. ':lane:' .. lane
  if attempts == '1' then redis.call('HSET', laneKey, 'done', id)
  else redis.call('HSET', laneKey, 'done', id, 'attempts', 1, 'why', '') end
  if fence.charges then redis.call('HDEL', laneKey, 'deaths', 'suspect', 'rested', 'told') end
  if fence.reread then redis.call('HDEL', laneKey, 'reread')
  -- A resent commit cannot know whether the first one has already removed the `reread` mark.
  elseif nextUser == user and not fence.again then return { 5, head } end
  return { 4, head, nextUser ~= '-' and redis.call('GET', P .. ':session:' .. lane .. ':' .. nextUser) }
end
