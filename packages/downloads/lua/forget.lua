--[[
Forgets what a user asked for up to a moment: requests in hand, and stored files, some at a time.

KEYS: 1, 2 scope
ARGV: 1 forget request, 2 user, 3 the moment, 4 how many files at most, 5 how long to remember requests in ms
Reply: 1 if there are more files, else 0; files and requests forgotten so far; those of this call; puts in flight that are
to be waited for; requests whose jobs are to go, a list
Invariant: from the first call on nothing asked for up to the moment can be recorded; counts are kept across calls;
what may be in the storage and is nobody's is unsettled.
]]
local user, at = ARGV[2], tonumber(ARGV[3])
local request = named('request', ARGV[1])
local forgotten = named('forgotten', user)
if not isForgotten(user, at) then redis.call('SET', forgotten, ARGV[3], 'PX', 2592000000) end
redis.call('HSET', request, 'user', user, 'at', ARGV[3])
redis.call('PEXPIRE', request, ARGV[5])

local before = tonumber(redis.call('HGET', request, 'count') or 0)
local putting = redis.call('ZCOUNT', named('making', user), now, '+inf')
local jobs = redis.call('SMEMBERS', named('dead', user))
redis.call('DEL', named('dead', user))
for _, id in ipairs(redis.call('ZRANGEBYSCORE', named('open', user), '-inf', ARGV[3])) do
  local state, ends, dropped, file, key =
    unpack(redis.call('HMGET', named('request', id), 'state', 'until', 'dropped', 'file', 'key'))
  if key and tonumber(ends or 0) > now then putting = putting + 1 end
  if state == 'open' and not dropped then
    redis.call('HSET', named('request', id), 'dropped', 1)
    redis.call('HINCRBY', request, 'count', 1)
  end
  -- One in hand lets go by itself; of a recorded one the file is below, and its album may still wait.
  if tonumber(ends or 0) <= now and (state ~= 'recorded' or redis.call('HEXISTS', named('request', id), 'album') == 1) then
    release(id, user, file or '')
    redis.call('HSET', named('request', id), 'outcome', 'forgotten')
    finish(id, user, ARGV[5])
    jobs[#jobs + 1] = id
  end
end

local index = named('index', user)
local files = redis.call('ZRANGEBYSCORE', index, '-inf', ARGV[3], 'LIMIT', 0, ARGV[4])
for _, file in ipairs(files) do letGo(user, file, user) end
local count = redis.call('HINCRBY', request, 'count', #files)
return { redis.call('ZCOUNT', index, '-inf', ARGV[3]) > 0 and 1 or 0, count, count - before, putting, jobs }
