--[[
Writes or deletes one session for an operator, outside of any turn.

KEYS: 1 session, 2 lane, 3 held, 4 users of the lane
ARGV: 1 lane name, 2 user, 3 JSON ('' deletes it), 4 time to live in milliseconds (0: forever), 5 'replace', or 'keep'
      to leave an existing session unchanged
Reply: 1 done; 0 there was nothing to delete, or an existing session was kept
Invariant: a holder that has cached the session of its last turn reads it again before the next one.
]]
local json, life = ARGV[3], tonumber(ARGV[4])
local there = redis.call('EXISTS', KEYS[1]) == 1
if json == '' and not there or json ~= '' and there and ARGV[5] == 'keep' then return 0 end
if canMigrate(ARGV[1]) then redis.call(json == '' and 'SREM' or 'SADD', KEYS[4], ARGV[2]) end
if json == '' then redis.call('DEL', KEYS[1])
elseif life > 0 then redis.call('SET', KEYS[1], json, 'PX', ARGV[4])
else redis.call('SET', KEYS[1], json) end
if redis.call('ZSCORE', KEYS[3], ARGV[1]) then redis.call('HSET', KEYS[2], 'reread', 1) end
return 1
