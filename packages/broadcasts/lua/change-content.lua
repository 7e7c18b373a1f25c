--[[
Replaces the content of a draft.

KEYS: 1, 2 scope
ARGV: 1 broadcast, 2 content
Reply: its state before: the content is replaced if that was draft or previewed; '' when it does not exist
Invariant: a changed draft has to be previewed again.
]]
local id = ARGV[1]
local state = redis.call('HGET', named(id), 'state')
if state == 'draft' or state == 'previewed' then
  redis.call('HSET', named(id), 'content', ARGV[2], 'state', 'draft')
  redis.call('HDEL', named(id), 'code')
  expireLater(id)
end
return state or ''
