--[[
Tells the time of the node that holds a partition.

KEYS: 1 any key of the partition
ARGV: none
Reply: milliseconds
Invariant: reads nothing and writes nothing.
]]
local time = redis.call('TIME')
return time[1] * 1000 + math.floor(time[2] / 1000)
