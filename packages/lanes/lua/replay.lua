--[[
Puts a dead letter back at the front of its lane, behind an event that was begun.

KEYS: 1 mailbox, 2 lane, 3 waking, 4 paused, 5 oldest, 6 dead letters, 7 this dead letter
ARGV: 1 lane name, 2 id of the dead letter
Reply: { 0 } there is no such dead letter, { 1 } stored, { 2, now } stored and to be woken
Invariant: the event leaves the dead letters and enters the mailbox in one step; it passes the seen mark
           on purpose, and its life starts anew.
]]
local mail, laneKey, waking, paused, oldest = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local envelope = redis.call('HGET', KEYS[7], 'envelope')
if not envelope then return { 0 } end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
envelope = string.gsub(envelope, '^%d+', string.format('%.0f', now), 1)

local head = redis.call('HMGET', laneKey, 'attempts', 'begun')
if head[2] or (head[1] and tonumber(head[1]) > 0) then
  local begun = redis.call('LPOP', mail)
  redis.call('LPUSH', mail, envelope)
  redis.call('LPUSH', mail, begun)
else
  redis.call('LPUSH', mail, envelope)
end
redis.call('DEL', KEYS[7])
redis.call('ZREM', KEYS[6], ARGV[2])

if redis.call('LLEN', mail) > 1 then return { 1 } end
redis.call('ZADD', oldest, now, ARGV[1])
if redis.call('ZSCORE', paused, ARGV[1]) then return { 1 } end
redis.call('ZADD', waking, now, ARGV[1])
return { 2, now }
