--[[
Lists orphaned objects, which may have to be deleted.

KEYS: 1, 2 scope
ARGV: 1 the maximum number
Reply: their keys
Invariant: read-only.
]]
return redis.call('ZRANGEBYSCORE', named('doomed'), '-inf', now, 'LIMIT', 0, ARGV[1])
