--[[
Deletes a lane's mail and state, even while a worker holds it; sessions and dead letters stay.

KEYS: 1 mailbox, 2 lane, 3 waking, 4 held, 5 resting, 6 paused, 7 oldest, 8 journal
ARGV: 1 lane name
Reply: { 1 if the lane had mail or a state, else 0; number of events deleted }
Invariant: the epoch is deleted with the mail, so that the holder of the deleted head can commit nothing; seen marks
           stay, so that dropped updates do not come back when Telegram sends them again.
]]
local events = redis.call('LLEN', KEYS[1])
local found = redis.call('UNLINK', KEYS[1], KEYS[2])
redis.call('UNLINK', KEYS[8])
for index = 3, 7 do found = found + redis.call('ZREM', KEYS[index], ARGV[1]) end
return { math.min(found, 1), events }
