--[[
Prepended to a batch script: runs its function once for each call in the batch (batch-script.ts).

KEYS: none of its own
ARGV: 1 for every call the number of its arguments and the arguments, each followed by a newline, with \1 standing for
      an argument that is sent separately; then the separate arguments
Reply: an array with one reply for each call, in the order of the calls; a failed call has its error in that place
Invariant: every argument arrives byte for byte as its caller passed it: one that contains a newline, or is \1 itself,
           is sent separately. An error in one call does not stop the others, except READONLY, which fails the batch.
]]
-- Before Redis 7, `pcall` returns an error as text prefixed with its line; a client would take that for a reply.
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
      -- A master that has become a replica executes none of the calls. Failing the whole script makes the client
      -- reconnect to the new master.
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
