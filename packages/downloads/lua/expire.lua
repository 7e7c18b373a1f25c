--[[
Takes expired files away from their users, some at a time.

KEYS: 1, 2 scope
ARGV: 1 the maximum number
Reply: how many there were
Invariant: a file disappears from its user's list before its object is deleted.
]]
local over = redis.call('ZRANGEBYSCORE', named('expires'), '-inf', now, 'LIMIT', 0, ARGV[1])
for _, member in ipairs(over) do
  local user, file = member:match('^(.-)|(.*)$')
  dropFile(user, file)
end
return #over
