--[[
Gives an event up: moves it unchanged to the dead letters and lets the lane go on.

KEYS: `scope` of keys.ts
ARGV: 1 prefix of the lane's partition, 2 lane name, 3 epoch, 4 event id, 5 id of the event popped before it under this
      epoch ('' for none), 6 'continue' or 'yield', 7 session user of the event ('-' for none), 8 attempts of the event,
      9 the lane's score in `oldest`, 10 the error as JSON, 11 id of the dead letter,
      12 the most dead letters of one lane, 13 the most of the partition
Reply: { 0 } the caller no longer holds the lane, nothing was written; otherwise as in advance.lua
Invariant: the event is in its mailbox or in the dead letters at any time, even if Redis is killed in the middle
           and executes only some of these writes later (append-only-file.ts). Above a limit the oldest dead letters
           are dropped, and counted.
]]
local function dropOldest(letters, most)
  for _, letter in ipairs(redis.call('ZRANGE', letters, 0, -1 - most)) do
    local key = P .. ':dead:' .. letter
    redis.call('ZREM', P .. ':dead-of:' .. (redis.call('HGET', key, 'lane') or ''), letter)
    redis.call('ZREM', P .. ':dead', letter)
    redis.call('DEL', key)
    redis.call('INCR', P .. ':dropped')
  end
end

local lane, epoch, id, last, mode, user, attempts, oldestAt, problem, letter, mostOfLane, most = unpack(ARGV, 2)
P = ARGV[1]
local fence = fenceOf(lane, epoch, id, last)
if not fence then return { 0 } end
if not fence.again then
  -- A Redis that is out of memory refuses a script whose first write needs memory, but not one that starts with a ZREM.
  redis.call('ZREM', P .. ':waking', '')
  local mail = P .. ':mail:' .. lane
  local head = redis.call('LINDEX', mail, 0)
  local time = redis.call('TIME')
  local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
  local key = P .. ':dead:' .. letter
  redis.call('HSET', key, 'lane', lane, 'envelope', head, 'error', problem, 'attempts', attempts, 'buriedAt', now)
  redis.call('ZADD', P .. ':dead', now, letter)
  redis.call('ZADD', P .. ':dead-of:' .. lane, now, letter)
  redis.call('LTRIM', mail, 1, -1)
  if not fence.carried then redis.call('DEL', P .. ':effects:' .. lane) end
  dropOldest(P .. ':dead-of:' .. lane, mostOfLane)
  dropOldest(P .. ':dead', most)
end
return advance(lane, id, mode, user, attempts, oldestAt, fence)
