--[[
Shared by push and move-unload: moves the newest event of a mailbox from the tail to its place.

KEYS: none of its own; the mailbox and its lane hash are arguments
ARGV: none of its own; `own` is the update_id it goes by, `now` Redis time in milliseconds
Reply: none
Invariant: waiting updates stay in update_id order, and nothing overtakes a head that was begun.
]]
local function putInOrder(mail, laneKey, length, own, now)
  -- A late update goes before the waiting ones with higher ids; internal events in between move along.
  -- It passes nothing older than 48 h: ids restart lower after a quiet week.
  local last, most, before, found = -2, 1, nil, false
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
    -- The copy first: whichever command fails, the event is there, and once.
    local envelope = redis.call('LINDEX', mail, -1)
    redis.call('LINSERT', mail, 'BEFORE', before, envelope)
    local popped, failure = pcall(redis.call, 'RPOP', mail)
    if not popped then
      redis.call('LREM', mail, 1, envelope)
      error(failure)
    end
  end
end
