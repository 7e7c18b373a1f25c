--[[
Declares the schedules of a running worker, and decides whose are in force: those that were declared last.

KEYS: 1 schedules
ARGV: 1 id of the caller's schedules ('' only reads), 2 the schedules, JSON, 3 milliseconds for which they count as
      declared
Reply: { 1 if the caller's are in force, otherwise 0; the JSON of all that are declared }
Invariant: while workers with different schedules run, every worker gets the same answer: the schedules that were
           declared later, by a deploy or a rollback, whichever worker asks. Schedules that no running worker declares
           are forgotten, and count as new when they are declared again.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local id = ARGV[1]
local since, newest, newestId = now, -1, ''
local declared = {}
-- An out-of-memory Redis refuses a script whose first write needs memory, but not one that starts with an HDEL.
redis.call('HDEL', KEYS[1], '')
local fields = redis.call('HGETALL', KEYS[1])
for index = 1, #fields, 2 do
  local other = fields[index]
  local first, last, json = string.match(fields[index + 1], '^(%d+)|(%d+)|(.*)$')
  first, last = tonumber(first), tonumber(last)
  if last < now then
    redis.call('HDEL', KEYS[1], other)
  elseif other == id then
    since = first
  else
    declared[#declared + 1] = json
    if first > newest or (first == newest and other > newestId) then newest, newestId = first, other end
  end
end
if id == '' then return { 0, declared } end
declared[#declared + 1] = ARGV[2]
local value = string.format('%.0f|%.0f|', since, now + ARGV[3]) .. ARGV[2]
redis.call('HSET', KEYS[1], id, value)
return { (since > newest or (since == newest and id > newestId)) and 1 or 0, declared }
