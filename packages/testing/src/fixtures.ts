/** The result of getMe in tests. */
export const botInfo = {
  id: 1,
  is_bot: true,
  first_name: 'Lane',
  username: 'lane_bot',
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
} as const;

/** Settings of a lane worker for tests. Spread them first, then set those that the test is about. */
export const laneSettings = {
  turns: 20,
  leaseMs: 30_000,
  sweepEveryMs: 200,
  turnTimeoutMs: 60_000,
  graceMs: 30_000,
  yieldAfterEvents: 50,
  yieldAfterMs: 5_000,
  sessionTtlSeconds: 0,
  maxAttempts: 3,
  atTheLimit: 'bury',
  backOffMs: () => 20,
  classifyError: () => ({ next: 'retry' as const }),
} as const;

/** A text message in a private chat with the bot; `chat` is also the user's id. */
export function privateText(chat: number, text: string, messageId = 1) {
  // Telegram marks a command with an entity.
  const length = /^\/\w+(@\w+)?/.exec(text)?.[0].length;
  return {
    message_id: messageId,
    date: 1_795_003_200,
    chat: { id: chat, type: 'private', first_name: 'A' },
    from: { id: chat, is_bot: false, first_name: 'A' },
    text,
    ...(length !== undefined && {
      entities: [{ type: 'bot_command' as const, offset: 0, length }],
    }),
  };
}
