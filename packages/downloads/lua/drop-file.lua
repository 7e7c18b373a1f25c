--[[
Takes a stored file away from one user; included in the scripts that do so.

KEYS: 1, 2 scope
ARGV: none of its own
Reply: none
Invariant: an object becomes an orphan only when the last user's entry that refers to it is gone.
]]
-- `forgetter`: the user who is notified once the object is deleted, if any.
local function unref(key, by, forgetter)
  redis.call('SREM', named('refs', key), by)
  if redis.call('EXISTS', named('refs', key)) == 1 then return end
  redis.call('ZADD', named('doomed'), now, key)
  if not forgetter then return end
  redis.call('SADD', named('unsettled', forgetter), key)
  redis.call('PEXPIRE', named('unsettled', forgetter), 604800000)
end

local function dropFile(user, file, forgetter)
  redis.call('ZREM', named('index', user), file)
  redis.call('HDEL', named('entries', user), file)
  redis.call('ZREM', named('expires'), user .. '|' .. file)
  local made = named('made', user, file)
  local results = redis.call('HGETALL', made)
  for index = 1, #results, 2 do
    unref(cjson.decode(results[index + 1]).key, user .. '|' .. file .. '|' .. results[index], forgetter)
  end
  redis.call('DEL', made)
  redis.call('SREM', named('holders', file), user)
  if redis.call('EXISTS', named('holders', file)) == 1 then return end
  local stored = redis.call('GET', named('file', file))
  if not stored then return end
  redis.call('DEL', named('file', file))
  unref(cjson.decode(stored).key, file, forgetter)
end
