--[[
Takes one message out of a bucket that fills evenly, if it holds one: a sliding limit with a burst. A refusal begins a
pause in which everything is refused, so that its one announcement can say exactly what is dropped.

KEYS: 1 the bucket: the time in milliseconds at which it is full again; absent: it is full
      2 the pause, while there is one: `silent`, or `announced` once the sender has been told of it
      3 optional: the album that the message belongs to: 1 its first message was taken, 0 it was refused
ARGV: 1 messages in a full bucket, 2 milliseconds in which an empty one fills, 3 shortest pause in milliseconds
Reply: 0 when the message is taken, otherwise the milliseconds until messages are taken again
Invariant: a refusal takes nothing from the bucket, so that it fills during the pause; at the end of a pause it holds
           at least one message; an album is taken or refused as a whole, and costs one message.
]]
local bucket, pause, album = KEYS[1], KEYS[2], KEYS[3]
local holds, fills, shortest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
-- Longer than the messages of one album wait in their lane behind slow handlers.
local ALBUM_SECONDS = 600

local rest = redis.call('PTTL', pause)
local verdict = album and redis.call('GET', album)
if verdict == '1' then return 0 end
if verdict == '0' then return math.max(rest, 1) end

local function decide()
  if rest > 0 then return rest end
  local clock = redis.call('TIME')
  local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
  -- The clock may have been set back, and the limit may have been longer until now.
  local full = math.min(math.max(tonumber(redis.call('GET', bucket) or now), now), now + fills)
  local later = math.floor(full + fills / holds)
  if later > now + fills then
    local wait = math.max(later - now - fills, shortest)
    redis.call('SET', pause, 'silent', 'PX', wait)
    return wait
  end
  redis.call('SET', bucket, string.format('%.0f', later), 'PX', math.max(1, later - now))
  return 0
end

local wait = decide()
if album then redis.call('SET', album, wait == 0 and '1' or '0', 'EX', ALBUM_SECONDS) end
return wait
