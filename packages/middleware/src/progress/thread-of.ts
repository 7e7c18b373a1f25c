import type { Context } from 'telegraf';

/** The topic in which `ctx.reply` answers. */
export function threadOf({ msg }: Context): number | undefined {
  if (msg === undefined || !('message_thread_id' in msg)) return undefined;
  const { message_thread_id, is_topic_message } = msg as {
    message_thread_id?: number;
    is_topic_message?: boolean;
  };
  return is_topic_message === true ? message_thread_id : undefined;
}
