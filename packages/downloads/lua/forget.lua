--[[
Forgets everything a user requested up to a moment: running requests, and stored files, some at a time.

KEYS: 1, 2 scope
ARGV: 1 forget request, 2 user, 3 the moment, 4 the maximum number of files, 5 how long to remember requests in ms
Reply: 1 if there are more files, else 0; files and requests forgotten so far; those forgotten by this call; the
number of puts in progress that have to be waited for; the requests whose jobs are to be removed, a list
Invariant: from the first call on, nothing requested up to the moment can be recorded; counts are kept across calls;
objects that may be in the storage without an owner are marked as unsettled.
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
  -- A running request ends by itself. The file of a recorded one is handled below, but its album may still be waiting.
  if tonumber(ends or 0) <= now and (state ~= 'recorded' or redis.call('HEXISTS', named('request', id), 'album') == 1) then
    release(id, user, file or '')
    redis.call('HSET', named('request', id), 'outcome', 'forgotten')
    finish(id, user, ARGV[5])
    jobs[#jobs + 1] = id
  end
end

local index = named('index', user)
local files = redis.call('ZRANGEBYSCORE', index, '-inf', ARGV[3], 'LIMIT', 0, ARGV[4])
for _, file in ipairs(files) do dropFile(user, file, user) end
local count = redis.call('HINCRBY', request, 'count', #files)
return { redis.call('ZCOUNT', index, '-inf', ARGV[3]) > 0 and 1 or 0, count, count - before, putting, jobs }
