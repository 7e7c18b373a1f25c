--[[
Last step of a lane's move: forgets what the new lane has; when nothing is left, the move is over.

KEYS: 1 moving, 2 mailbox, 3 users with a session, 4 oldest, 5 session prefix, 6 journal, 7 lane
      (all of the old lane)
ARGV: 1 old lane, 2 number of users, then the users whose sessions were carried, then the ids of the events carried
Reply: 1 this call ended the move, 0 there is more to carry, 2 it was over already
Invariant: only a head that was carried is taken away; the last look at the mailbox and the end of the move are one
           step, so that an event pushed in between is either carried or told where the lane went.
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

-- What earlier attempts have left belongs to the head that was carried, and is in the new lane.
local left = head or redis.call('SCARD', users) > 0
if #ARGV >= first or not left then redis.call('DEL', KEYS[6], KEYS[7]) end
if left then return 0 end
redis.call('ZREM', KEYS[4], lane)
return redis.call('ZREM', moving, lane) == 1 and 1 or 2
