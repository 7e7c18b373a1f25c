--[[
Ends a request whose result has been told.

KEYS: 1, 2 scope
ARGV: 1 request, 2 user, 3 how long to remember it in ms
Reply: 1
Invariant: doing it again changes nothing.
]]
finish(ARGV[1], ARGV[2], ARGV[3])
return 1
