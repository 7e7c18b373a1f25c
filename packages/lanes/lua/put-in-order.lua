--[[
Shared by push and move-unload: moves the newest event of a mailbox from the tail to its place in the order.

KEYS: none of its own; the mailbox and its lane hash are arguments
ARGV: none of its own; `own` is the update_id to order it by, `now` Redis time in milliseconds
Reply: none
Invariant: waiting updates stay in update_id order, and nothing overtakes a head that was begun.
]]
local function putInOrder(mail, laneKey, length, own, now)
  -- A late update goes before all waiting updates with higher ids; internal events in between stay with their updates.
  -- It never passes anything older than 48 h, because Telegram may restart with lower ids after a quiet week.
  local last, most, before, found = -2, 1, nil, false
  while not found and -last <= length do
    -- Reads in growing chunks: Redis walks to the position anew for each read, which is slow in the middle of a list.
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
    -- Inserts the copy first, so that the event is stored exactly once whichever command fails.
    local envelope = redis.call('LINDEX', mail, -1)
    redis.call('LINSERT', mail, 'BEFORE', before, envelope)
    local popped, failure = pcall(redis.call, 'RPOP', mail)
    if not popped then
      redis.call('LREM', mail, 1, envelope)
      error(failure)
    end
  end
end
