--[[
Releases the poller lock, so that the next process does not have to wait until it expires.

KEYS: 1 the lock: a string with its holder's token
ARGV: 1 the caller's token
Reply: 1, or 0 when the caller no longer held the lock
Invariant: the comparison and the deletion are atomic, so that a process that was frozen until its lock
           expired never deletes another's lock.
]]
local lock = KEYS[1]
if redis.call('GET', lock) ~= ARGV[1] then
  return 0
end
return redis.call('DEL', lock)
