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
  local position, late = -2, 0
  while -position <= length do
    local arrived, other = string.match(redis.call('LINDEX', mail, position), '^(%d+)|([^|]*)|')
    other = tonumber(other)
    if other then
      if other < own or now - arrived > 172800000 then break end
      if position == -length then
        local head = redis.call('HMGET', laneKey, 'attempts', 'begun')
        if head[2] or (head[1] and tonumber(head[1]) > 0) then break end
      end
      late = -position - 1
    end
    position = position - 1
  end
  if late > 0 then
    local moved = redis.call('RPOP', mail, late + 1)
    redis.call('RPUSH', mail, moved[1])
    for index = #moved, 2, -1 do redis.call('RPUSH', mail, moved[index]) end
  end
end
