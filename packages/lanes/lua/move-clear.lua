--[[
Last step of a lane's move: deletes what the new lane has received; when nothing is left, the move is complete.

KEYS: 1 moving, 2 mailbox, 3 users with a session, 4 oldest, 5 session prefix, 6 journal, 7 lane
      (all of the old lane)
ARGV: 1 old lane, 2 number of users, then the users whose sessions were carried, then the ids of the events carried
Reply: 1 this call completed the move, 0 there is more to carry, 2 it was already complete
Invariant: only a head that was carried is popped; the last check of the mailbox and the end of the move are one step,
           so that an event pushed in between is either carried or redirected to the new lane.
]]
local moving, mail, users, lane = KEYS[1], KEYS[2], KEYS[3], ARGV[1]
local first = 3 + ARGV[2]
for index = 3, first - 1 do
  redis.call('SREM', users, ARGV[index])
  redis.call('DEL', KEYS[5] .. ARGV[index])
end

local carried = {}
for index = first, #ARGV do carried[ARGV[index]] = true end
local head = redis.call('LINDEX', mail, 0)
while head and carried[string.match(head, '^%d+|([^|]*)|')] do
  redis.call('LPOP', mail)
  head = redis.call('LINDEX', mail, 0)
end

-- The hash and the journal belong to the head that was carried, so the new lane has them.
local left = head or redis.call('SCARD', users) > 0
if #ARGV >= first or not left then redis.call('DEL', KEYS[6], KEYS[7]) end
if left then return 0 end
redis.call('ZREM', KEYS[4], lane)
return redis.call('ZREM', moving, lane) == 1 and 1 or 2
