--[[
Forgets a lane's mail and its state, also while somebody holds it; sessions and dead letters stay.

KEYS: 1 mailbox, 2 lane, 3 waking, 4 held, 5 resting, 6 paused, 7 oldest, 8 journal
ARGV: 1 lane name
Reply: { 0 or 1 whether there was anything, events forgotten }
Invariant: the epoch goes with the mail, so that a holder of the forgotten head can commit nothing; seen marks
           stay, so that what was dropped does not come back when Telegram sends it again.
]]
local events = redis.call('LLEN', KEYS[1])
local found = redis.call('UNLINK', KEYS[1], KEYS[2])
redis.call('UNLINK', KEYS[8])
for index = 3, 7 do found = found + redis.call('ZREM', KEYS[index], ARGV[1]) end
return { math.min(found, 1), events }
