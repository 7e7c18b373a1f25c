--[[
Takes one message out of a token bucket, if it holds one. A refusal starts a pause in which everything is refused, so
that a single announcement can say exactly what is dropped.

KEYS: 1 the bucket: the time in milliseconds at which it will be full; absent when it is full
      2 the pause: `silent`, or `announced` once the sender was notified; absent when there is none
      3 optional, the message's album: 1 if its first message was accepted, 0 if it was refused
ARGV: 1 messages in a full bucket, 2 milliseconds in which an empty bucket fills, 3 shortest pause in milliseconds
Reply: 0 when the message is accepted, otherwise the milliseconds until messages are accepted again
Invariant: a refusal takes nothing from the bucket, so it fills during the pause, and holds at least one message at the
           end of the pause; an album is accepted or refused as a whole, and counts as one message.
]]
local bucket, pause, album = KEYS[1], KEYS[2], KEYS[3]
local capacity, fill_ms, shortest_pause = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
-- The messages of an album may wait in their lane behind slow handlers, but not this long.
local ALBUM_SECONDS = 600

local rest = redis.call('PTTL', pause)
local verdict = album and redis.call('GET', album)
if verdict == '1' then return 0 end
if verdict == '0' then return math.max(rest, 1) end

local function decide()
  if rest > 0 then return rest end
  local clock = redis.call('TIME')
  local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
  -- The clock may have been set back, or an earlier limit may have filled more slowly.
  local full = math.min(math.max(tonumber(redis.call('GET', bucket) or now), now), now + fill_ms)
  local later = math.floor(full + fill_ms / capacity)
  if later > now + fill_ms then
    local wait = math.max(later - now - fill_ms, shortest_pause)
    redis.call('SET', pause, 'silent', 'PX', wait)
    return wait
  end
  redis.call('SET', bucket, string.format('%.0f', later), 'PX', math.max(1, later - now))
  return 0
end

local wait = decide()
if album then redis.call('SET', album, wait == 0 and '1' or '0', 'EX', ALBUM_SECONDS) end
return wait
