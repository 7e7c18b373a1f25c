--[[
Schedules a previewed broadcast.

KEYS: 1, 2 scope
ARGV: 1 broadcast, 2 the code that its preview showed, 3 when to start, in milliseconds; 0 for now
Reply: 'started' and the milliseconds until then; or why not: '' (does not exist), its state, 'empty', 'code'
Invariant: what starts is what was previewed.
]]
local id = ARGV[1]
local key = named(id)
local state, size, code = unpack(redis.call('HMGET', key, 'state', 'size', 'code'))
if state ~= 'previewed' then return { state or '', 0 } end
if tonumber(size) == 0 then return { 'empty', 0 } end
if code ~= ARGV[2] then return { 'code', 0 } end
local at = math.max(now, tonumber(ARGV[3]))
redis.call('HSET', key, 'state', 'scheduled', 'startAt', at)
redis.call('SETRANGE', named(id, 'outcomes'), size - 1, PENDING)
redis.call('ZADD', named('active'), at, id)
keepForNow(id)
return { 'started', at - now }
