--[[
Put in front of a batch script: runs its `call` once for each call that was sent (batch-script.ts).

KEYS: none of its own
ARGV: 1 for every call the number of its arguments and the arguments, each with a newline behind it, \1 standing for one
      that is sent apart; then those
Reply: an array with a reply for each call, in the order of the calls; a call that failed has its error there
Invariant: every argument is what its caller gave, byte for byte: what holds a newline, or is \1 itself, is sent apart.
           An error of one call does not keep the others from being carried out.
]]
local function answerEach(call)
  local replies, apart, left, args = {}, 1, 0, nil
  local function answer()
    local done, reply = pcall(call, args)
    -- Before Redis 7, `pcall` gets the text of an error, which a client would take for an answer.
    if not done and type(reply) ~= 'table' then reply = redis.error_reply(reply) end
    replies[#replies + 1] = reply
  end
  for arg in string.gmatch(ARGV[1], '([^\n]*)\n') do
    if left == 0 then
      args, left = {}, tonumber(arg)
    else
      if arg == '\1' then
        apart = apart + 1
        arg = ARGV[apart]
      end
      args[#args + 1] = arg
      left = left - 1
    end
    if left == 0 then answer() end
  end
  return replies
end
