import type { EventOptions } from '@chatlane/contracts';
import type { EventFilter } from '../events/event-filter.js';

/** Options of `ctx.later`. */
export interface LaterOptions {
  /**
   * Identifies the event within its user's session. The event replaces one that waits under the same key. Default: a
   * unique key.
   */
  key?: string;
}

/** How a handler sends events to lanes. All of them are part of the turn's commit: a failed turn sends nothing. */
export interface SendEvents {
  /**
   * Sends an event back to this chat later, once, however often the turn is attempted. `bot.on(event(name))` handles it
   * in the chat's order, with the same session. If no worker runs at that time, it comes late.
   *
   * @param when a number of milliseconds from now, or a date; at most ten years ahead
   * @param data JSON, at most 64 KiB
   * @returns the key that `cancelLater` needs
   * @throws InvalidEventError, NotJsonError naming what is not valid
   * @throws Error when the update has no chat, or in a turn without an outbox
   * @example
   * await ctx.later(60_000, 'reminder', { text: 'Tea!' }, { key: 'tea' });
   */
  later<Data>(
    when: number | Date,
    event: string | EventFilter<Data>,
    data: NoInfer<Data>,
    options?: LaterOptions,
  ): Promise<string>;
  /**
   * Cancels the event that waits for this user in this chat under the key. Once the turn has committed, no handler
   * receives it, even if it is already in the lane.
   *
   * @returns whether it was waiting
   */
  cancelLater(key: string): Promise<boolean>;
  /**
   * Sends an event to another chat's lane, now or at the time `at`. The bot must be allowed to write in that chat.
   *
   * @throws InvalidEventError, NotJsonError naming what is not valid
   * @throws Error in a turn without an outbox
   */
  inLane<Data>(
    chatId: number,
    event: string | EventFilter<Data>,
    data: NoInfer<Data>,
    options?: EventOptions,
  ): void;
}
