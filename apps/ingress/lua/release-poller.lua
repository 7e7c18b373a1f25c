--[[
Gives the right to poll back, so that the next process need not wait for its end.

KEYS: 1 the lock: a string that holds its owner's token
ARGV: 1 my token
Reply: 1, or 0 when the right was no longer mine
Invariant: the token is compared and the key removed in one script, so that a process that was frozen
           past the end never takes another's right away.
]]
local lock = KEYS[1]
if redis.call('GET', lock) ~= ARGV[1] then
  return 0
end
return redis.call('DEL', lock)
