--[[
Tells how the memory of the node that holds a partition stands.

KEYS: `scope` of keys.ts, never read: it leads the call to the node
ARGV: none
Reply: { used_memory, maxmemory } in bytes; maxmemory 0 is no limit
Invariant: writes nothing.
]]
local info = redis.call('INFO', 'memory')
local function field(name) return tonumber(string.match(info, '\n' .. name .. ':(%d+)') or 0) end
return { field('used_memory'), field('maxmemory') }
