import type { Broadcasts as BotBroadcasts } from '@chatlane/bot';
import type { Broadcasts, BroadcastSender } from '@chatlane/broadcasts';

/** Connects the bot to the broadcasts of the deployment. */
export function createBroadcastPort(
  broadcasts: Broadcasts,
  sender: BroadcastSender,
): BotBroadcasts {
  return {
    async draft(copy, optOutButton) {
      const id = await broadcasts.create({ content: { copy, optOutButton } });
      const { recipients } = await broadcasts.addSegment(id, {});
      return { id, recipients };
    },
    preview: async (id, chatId) => (await broadcasts.preview(id, { chatId, sender })).code,
    start: (id, code) => broadcasts.start(id, { code }),
    pause: (id) => broadcasts.pause(id),
    resume: (id) => broadcasts.resume(id),
    cancel: (id) => broadcasts.cancel(id),
    async status(id) {
      const { state, recipients, counts } = await broadcasts.status(id);
      const done = recipients - counts.pending - counts.sending;
      return { state, done, sent: counts.sent, recipients };
    },
  };
}
