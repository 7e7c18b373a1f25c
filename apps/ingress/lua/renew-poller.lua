--[[
Extends the poller lock for the process that holds it.

KEYS: 1 the lock: a string with its holder's token
ARGV: 1 the caller's token, 2 milliseconds until the lock expires
Reply: 1, or 0 when the caller no longer holds the lock
Invariant: the comparison and the renewal are atomic, so that a process that was frozen until its lock
           expired never extends another's lock.
]]
local lock = KEYS[1]
if redis.call('GET', lock) ~= ARGV[1] then
  return 0
end
return redis.call('PEXPIRE', lock, ARGV[2])
