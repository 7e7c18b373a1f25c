--[[
Adds recipients to a draft, each chat once.

KEYS: 1, 2 scope
ARGV: 1 broadcast, 2 most recipients, 3.. chat ids
Reply: its state before, how many were added, the size of the audience; nothing is added unless the state was
       draft or previewed
Invariant: the audience has 8 bytes for each recipient (a big-endian double) and contains no chat twice; its digest
           depends on every id and on their order; a changed draft has to be previewed again.
]]
local id = ARGV[1]
local key = named(id)
local state, size, digest = unpack(redis.call('HMGET', key, 'state', 'size', 'digest'))
size = tonumber(size or 0)
if state ~= 'draft' and state ~= 'previewed' then return { state or '', 0, size } end
local room = tonumber(ARGV[2]) - size
local packed, added = {}, {}
for index = 3, #ARGV do
  if #packed >= room then break end
  -- Many small sets: Redis stores up to 512 integers without overhead.
  local seen = named(id, 'seen', math.abs(ARGV[index]) % 16384)
  if redis.call('SADD', seen, ARGV[index]) == 1 then
    redis.call('PEXPIRE', seen, 2592000000)
    packed[#packed + 1] = struct.pack('>d', tonumber(ARGV[index]))
    added[#added + 1] = ARGV[index]
  end
end
if #packed > 0 then
  redis.call('APPEND', named(id, 'audience'), table.concat(packed))
  size = size + #packed
  redis.call('HSET', key, 'size', size, 'state', 'draft',
    'digest', redis.sha1hex((digest or '') .. table.concat(added, ' ')))
  redis.call('HDEL', key, 'code')
  expireLater(id)
end
return { state, #packed, size }
