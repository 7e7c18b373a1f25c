--[[
Put in front of a batch script: runs its `call` once for each call that was sent (batch-script.ts).

KEYS: none of its own
ARGV: 1 for every call the number of its arguments and the arguments, each with a newline behind it, \1 standing for one
      that is sent apart; then those
Reply: an array with a reply for each call, in the order of the calls; a call that failed has its error there
Invariant: every argument is what its caller gave, byte for byte: what holds a newline, or is \1 itself, is sent apart.
           An error of one call does not keep the others from being carried out, but for READONLY, the error of all.
]]
-- Before Redis 7, `pcall` gets the text of an error, with its line in front: a client would take it for an answer.
local function errorReply(failure)
  if type(failure) ~= 'string' then return failure end
  return redis.error_reply(string.match(failure, '^@user_script: %d+: %-?(.*)') or failure)
end

local function answerEach(call)
  local replies, apart, left, args = {}, 1, 0, nil
  local function answer()
    local done, reply = pcall(call, args)
    if not done then
      local failure = errorReply(reply)
      -- A master that has become a replica writes for no call: told by the script as a whole, the client finds the new one.
      if string.find(failure.err or '', '^%-?READONLY ') then return failure end
      reply = failure
    end
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
    local failure = left == 0 and answer()
    if failure then return failure end
  end
  return replies
end
