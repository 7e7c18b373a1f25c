--[[
Creates a draft.

KEYS: 1, 2 scope
ARGV: field, value, ...: the content and the settings of the broadcast
Reply: its id
Invariant: ids are numbers that are never used again.
]]
local id = redis.call('INCR', named('ids'))
redis.call('HSET', named(id), 'state', 'draft', 'createdAt', now, 'size', 0, 'done', 0, 'sending', 0,
  'epoch', 0, 'lease', 0, 'low', 0, 'high', 0, 'digest', '', unpack(ARGV))
redis.call('ZADD', named('all'), now, id)
expireLater(id)
return id
