--[[
Starts a run of a request if it may run now: takes the request, a slot of its user, the claim on its file, and quota.

KEYS: 1, 2 scope
ARGV: 1 request, 2 user, 3 when it was made, 4 file, 5 declared bytes, 6 lease in ms, 7 slots per user (0: no
limit), 8 crashes allowed, 9 how long to remember it in ms, 10 - 13 quotas (see charge), 14 the quota it shares
with requests of other users, or '', 15 the number of unfinished inspections that count as a crash
Reply: one of
  over, outcome                                its event was delivered
  recorded, result, album, batch, round, outcome   it has a result, whose event is still to be delivered
  forgotten                                    the user has asked to forget it; it has ended
  wait, why, ms                                it cannot run yet
  fetch | stored | quota | crashed, run, attempt, round, now, and the JSON of the file if it is already stored
Invariant: a request has at most one current run (a later one fences it out), a file one fetch, and a user no more runs
than slots.
]]
local id, user, at, file, lease = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[6])
local request = named('request', id)
local state, ends, fails, round, outcome =
  unpack(redis.call('HMGET', request, 'state', 'until', 'fails', 'round', 'outcome'))
if state == 'told' then return { 'over', outcome or '' } end
if state == 'recorded' then
  local result, album, batch = unpack(redis.call('HMGET', request, 'result', 'album', 'batch'))
  return { 'recorded', result, album or '', batch or 0, round or 0, outcome or '' }
end
redis.call('HSET', request, 'state', 'open', 'user', user, 'at', at, 'shared', ARGV[14], 'file', file)
if isForgotten(user, at) then
  release(id, user, file)
  redis.call('HSET', request, 'outcome', 'forgotten')
  finish(id, user, ARGV[9])
  return { 'forgotten' }
end
if tonumber(ends or 0) > now then return { 'wait', 'lost', ends - now } end

local stored = redis.call('GET', named('file', file))
local running = named('running', user)
if not stored then
  local claimer = redis.call('GET', named('claim', file))
  if claimer and claimer ~= id then
    local claimants = named('claimants', file)
    redis.call('ZADD', claimants, 'NX', now, id)
    redis.call('PEXPIRE', claimants, 86400000)
    return { 'wait', 'same-file', redis.call('PTTL', named('claim', file)) + 100 }
  end
  redis.call('ZREMRANGEBYSCORE', running, '-inf', now)
  local slots = tonumber(ARGV[7])
  if slots > 0 and not redis.call('ZSCORE', running, id) and redis.call('ZCARD', running) >= slots then
    local waiting = named('waiting', user)
    redis.call('ZADD', waiting, 'NX', now, id)
    redis.call('PEXPIRE', waiting, 86400000)
    -- A run that frees a slot wakes the next request; this delay is for the case that its process died instead.
    return { 'wait', 'user-busy', math.min(60000, 1000 + 250 * redis.call('ZRANK', waiting, id)) }
  end
end

local run = redis.call('INCR', named('runs'))
redis.call('HSET', request, 'run', run, 'until', now + lease)
redis.call('ZREM', named('waiting', user), id)
redis.call('ZREM', named('claimants', file), id)
local begun = { 'fetch', run, (fails or 0) + 1, round or 0, now, stored or nil }
local stopped = redis.call('HDEL', request, 'inspecting')
stopped = redis.call('HINCRBY', request, 'stopped', stopped)
if redis.call('HINCRBY', request, 'starts', 1) > tonumber(ARGV[8]) or stopped >= tonumber(ARGV[15]) then
  begun[1] = 'crashed'
elseif not charge(id, user, stored and cjson.decode(stored).size or tonumber(ARGV[5]), { unpack(ARGV, 10, 13) }) then
  begun[1] = 'quota'
elseif stored then
  begun[1] = 'stored'
else
  redis.call('SET', named('claim', file), id, 'PX', lease)
  redis.call('ZADD', running, now + lease, id)
  redis.call('PEXPIRE', running, 2 * lease)
end
return begun
