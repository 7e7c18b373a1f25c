--[[
Puts dead letters of one lane back at its front, in the given order, but behind a head that was begun.

KEYS: 1 mailbox, 2 lane, 3 waking, 4 paused, 5 oldest, 6 dead letters, 7 dead letters of the
      lane, then the dead letters to replay
ARGV: 1 lane name, then the ids of the dead letters
Reply: { how many were replayed }, or { how many, now } when the lane is to be woken
Invariant: each event moves from the dead letters to the mailbox in one step, deliberately ignoring the seen mark, and
           counts as newly arrived. All are stored before any of them can run, so their order is kept.
]]
local mail, laneKey, waking, paused, oldest = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local head = redis.call('HMGET', laneKey, 'attempts', 'begun')
local begun = (head[2] or (head[1] and tonumber(head[1]) > 0)) and redis.call('LINDEX', mail, 0)

local function remove(key, id)
  -- The letter itself is deleted between two commands of the same kind: if the first succeeded, the last will too.
  redis.call('ZREM', KEYS[7], id)
  redis.call('DEL', key)
  redis.call('ZREM', KEYS[6], id)
end

local letters = {}
for index = 8, #KEYS do
  local envelope = redis.call('HGET', KEYS[index], 'envelope')
  if envelope then letters[#letters + 1] = { KEYS[index], ARGV[index - 6], envelope } end
end
if #letters == 0 then return { 0 } end

-- The lane enters a state before it gets mail, so that no event is forgotten if the script fails in between.
local wakes = false
if redis.call('LLEN', mail) == 0 then
  redis.call('ZADD', oldest, now, ARGV[1])
  wakes = not redis.call('ZSCORE', paused, ARGV[1])
  if wakes then redis.call('ZADD', waking, now, ARGV[1]) end
end
for index = #letters, 1, -1 do
  local key, id, envelope = unpack(letters[index])
  local renewed = string.gsub(envelope, '^%d+', string.format('%.0f', now), 1)
  if begun then redis.call('LINSERT', mail, 'AFTER', begun, renewed) else redis.call('LPUSH', mail, renewed) end
  local removed, failure = pcall(remove, key, id)
  if not removed then
    redis.call('LREM', mail, 1, renewed)
    error(failure)
  end
end
return wakes and { #letters, now } or { #letters }
