--[[
Reads the memory usage of the node that holds a partition.

KEYS: `scope` of keys.ts; never read, only routes the call to the node
ARGV: none
Reply: { used_memory, maxmemory } in bytes; maxmemory 0 means no limit
Invariant: writes nothing.
]]
local info = redis.call('INFO', 'memory')
local function field(name) return tonumber(string.match(info, '\n' .. name .. ':(%d+)') or 0) end
return { field('used_memory'), field('maxmemory') }
