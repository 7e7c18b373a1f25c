--[[
Ends a request once its event has been delivered.

KEYS: 1, 2 scope
ARGV: 1 request, 2 user, 3 how long to remember it in ms
Reply: 1
Invariant: idempotent.
]]
finish(ARGV[1], ARGV[2], ARGV[3])
return 1
