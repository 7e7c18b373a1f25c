--[[
Keeps the right to poll, for the process that has it.

KEYS: 1 the lock: a string that holds its owner's token
ARGV: 1 my token, 2 milliseconds from now at which the right ends, unless renewed again
Reply: 1, or 0 when the right is no longer mine
Invariant: the token is compared and the time set in one script, so that a process that was frozen
           past the end never prolongs another's right.
]]
local lock = KEYS[1]
if redis.call('GET', lock) ~= ARGV[1] then
  return 0
end
return redis.call('PEXPIRE', lock, ARGV[2])
