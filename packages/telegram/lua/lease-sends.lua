--[[
Leases sends to one worker from a token bucket that the whole deployment shares. The bucket's rate is adaptive: it drops
after a 429, recovers quickly to just below the rate that caused it, and slowly from there.

KEYS: 1 the budget, a hash: rate, tokens, at (last refill), configured, flooded (time of the last 429),
        at-flood (the rate at that time), and w:<worker> (when that worker last asked)
ARGV: 1 worker, 2 sends requested, 3 configured sends per second, 4 whether the worker got a 429: 1 or 0
Reply: sends granted, the rate in thousandths of a send per second, active workers, milliseconds until more may be granted
Invariant: all workers together are never granted more than the rate allows, with bursts of at most half a second.
]]
local FLOOD_MS, WORKER_MS, DAY_MS = 3000, 3000, 86400000
local FALLS_TO, RISES, RISES_SLOWLY = 0.7, 0.02, 0.002

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local configured = tonumber(ARGV[3])
local known, workers = {}, 1
local all = redis.call('HGETALL', KEYS[1])
for index = 1, #all, 2 do
  local field, value = all[index], tonumber(all[index + 1])
  if string.sub(field, 1, 2) ~= 'w:' then
    known[field] = value
  elseif now - value > WORKER_MS then
    redis.call('HDEL', KEYS[1], field)
  elseif field ~= 'w:' .. ARGV[1] then
    workers = workers + 1
  end
end

-- The clock may have been set back.
local at = math.min(known.at or now, now)
local rate, at_flood = known.rate or configured, known['at-flood'] or configured
if known.configured ~= configured then rate, at_flood = configured, configured end
local elapsed = now - at
local step = rate < 0.95 * at_flood and RISES or RISES_SLOWLY
rate = math.min(configured, rate + configured * step * elapsed / 1000)
local tokens = math.min(math.max(1, rate / 2), (known.tokens or math.max(1, rate / 2)) + elapsed * rate / 1000)
local flooded = math.min(known.flooded or 0, now)
if ARGV[4] == '1' and now - flooded >= FLOOD_MS then
  at_flood, flooded = rate, now
  rate = math.max(rate * FALLS_TO, configured / 100)
  tokens = math.min(tokens, 0)
end

-- Each worker gets an equal share, so that none starves the others.
local granted = math.max(0, math.min(tonumber(ARGV[2]), math.floor(tokens), math.ceil(tokens / workers)))
tokens = tokens - granted
redis.call('HSET', KEYS[1], 'rate', string.format('%.6f', rate), 'tokens', string.format('%.6f', tokens),
  'at', string.format('%.0f', now), 'configured', ARGV[3], 'flooded', string.format('%.0f', flooded),
  'at-flood', string.format('%.6f', at_flood), 'w:' .. ARGV[1], string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], DAY_MS)
local wait = tokens >= 1 and 0 or math.ceil((1 - tokens) * 1000 / rate)
return { granted, math.floor(rate * 1000), workers, wait }
