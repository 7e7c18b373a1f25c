--[[
Names objects that may have to be deleted.

KEYS: 1, 2 scope
ARGV: 1 how many at most
Reply: their keys
Invariant: it changes nothing.
]]
return redis.call('ZRANGEBYSCORE', named('doomed'), '-inf', now, 'LIMIT', 0, ARGV[1])
