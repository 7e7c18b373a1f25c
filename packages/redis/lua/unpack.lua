--[[
Put in front of a batch script: makes its ARGV out of the one that was sent (batch-script.ts).

KEYS: none of its own
ARGV: 1 the short arguments of all calls, each with a newline behind it, \1 standing for one that is sent apart; then those
Reply: none; the script has its arguments in `ARGV`, in the order of the calls
Invariant: every argument is what its caller gave, byte for byte: what holds a newline, or is \1 itself, is sent apart.
]]
local ARGV = (function(sent)
  local all, apart = {}, 1
  for arg in string.gmatch(sent[1], '([^\n]*)\n') do
    if arg == '\1' then
      apart = apart + 1
      arg = sent[apart]
    end
    all[#all + 1] = arg
  end
  return all
end)(ARGV)
