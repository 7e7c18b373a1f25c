--[[
Puts dead letters of one lane back at its front, in the order given, behind an event that was begun.

KEYS: 1 mailbox, 2 lane, 3 waking, 4 paused, 5 oldest, 6 dead letters, then the dead letters to replay
ARGV: 1 lane name, then the ids of the dead letters
Reply: { how many there were }, or { how many, now } when the lane is to be woken
Invariant: each event leaves the dead letters and enters the mailbox in one step; it passes the seen mark on
           purpose, and its life starts anew. All enter before any of them can run: their order is kept.
]]
local mail, laneKey, waking, paused, oldest = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wasEmpty = redis.call('LLEN', mail) == 0
local head = redis.call('HMGET', laneKey, 'attempts', 'begun')
local begun = (head[2] or (head[1] and tonumber(head[1]) > 0)) and redis.call('LPOP', mail)

local count = 0
for index = #KEYS, 7, -1 do
  local envelope = redis.call('HGET', KEYS[index], 'envelope')
  if envelope then
    redis.call('LPUSH', mail, (string.gsub(envelope, '^%d+', string.format('%.0f', now), 1)))
    redis.call('DEL', KEYS[index])
    redis.call('ZREM', KEYS[6], ARGV[index - 5])
    count = count + 1
  end
end
if begun then redis.call('LPUSH', mail, begun) end

if count == 0 or not wasEmpty then return { count } end
redis.call('ZADD', oldest, now, ARGV[1])
if redis.call('ZSCORE', paused, ARGV[1]) then return { count } end
redis.call('ZADD', waking, now, ARGV[1])
return { count, now }
