--[[
Marks a draft as previewed, if it is still the one that was shown.

KEYS: 1, 2 scope
ARGV: 1 broadcast, 2 its content, 3 the digest of its audience, 4 the code that confirms it
Reply: 1 if it is marked, otherwise 0
Invariant: the code belongs to exactly this content and audience.
]]
local key = named(ARGV[1])
local state, content, digest = unpack(redis.call('HMGET', key, 'state', 'content', 'digest'))
if state ~= 'draft' and state ~= 'previewed' then return 0 end
if content ~= ARGV[2] or digest ~= ARGV[3] then return 0 end
redis.call('HSET', key, 'state', 'previewed', 'code', ARGV[4])
return 1
