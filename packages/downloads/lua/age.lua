--[[
Returns how long the oldest open request has been waiting for its result.

KEYS: 1, 2 scope
ARGV: none
Reply: milliseconds; -1 when no request is open
Invariant: read-only.
]]
local first = redis.call('ZRANGE', named('oldest'), 0, 0, 'WITHSCORES')[2]
return first and math.max(0, now - first) or -1
