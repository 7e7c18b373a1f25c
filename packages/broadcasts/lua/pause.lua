--[[
Pauses a broadcast that is scheduled or running.

KEYS: 1, 2 scope
ARGV: 1 broadcast, 2 who pauses it (author, errors), 3 why, 4 the epoch of the runner that pauses it, or ''
Reply: the broadcast's state before, or '' when it does not exist; it is now paused if it was scheduled or running.
       'lost' when another runner has the lease
Invariant: from now on no further message leaves, because each needs a mark, and marks need a running broadcast.
]]
local id = ARGV[1]
local state, epoch = unpack(redis.call('HMGET', named(id), 'state', 'epoch'))
if ARGV[4] ~= '' and ARGV[4] ~= epoch then return 'lost' end
if state == 'scheduled' or state == 'running' then
  redis.call('HSET', named(id), 'state', 'paused', 'pausedBy', ARGV[2], 'why', ARGV[3])
  if state == 'scheduled' then redis.call('ZREM', named('active'), id) end
end
return state or ''
