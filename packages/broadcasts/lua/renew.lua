--[[
Prolongs a runner's lease, and reads what may have changed.

KEYS: 1, 2 scope
ARGV: 1 broadcast, 2 epoch, 3 lease in milliseconds
Reply: its state and its rate; the state is 'lost' when the lease is another runner's
Invariant: a runner whose epoch is over changes nothing.
]]
local id = ARGV[1]
local state, epoch, rate = unpack(redis.call('HMGET', named(id), 'state', 'epoch', 'rate'))
if epoch ~= ARGV[2] then return { 'lost', '0' } end
redis.call('HSET', named(id), 'lease', now + ARGV[3])
if redis.call('ZSCORE', named('active'), id) then redis.call('ZADD', named('active'), now + ARGV[3], id) end
return { state, rate }
