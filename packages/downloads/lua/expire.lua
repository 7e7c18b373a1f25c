--[[
Takes files whose time is over from their users, some at a time.

KEYS: 1, 2 scope
ARGV: 1 how many at most
Reply: how many there were
Invariant: users lose sight of a file before its object goes.
]]
local over = redis.call('ZRANGEBYSCORE', named('expires'), '-inf', now, 'LIMIT', 0, ARGV[1])
for _, member in ipairs(over) do
  local user, file = member:match('^(.-)|(.*)$')
  letGo(user, file)
end
return #over
