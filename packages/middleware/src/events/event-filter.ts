import type { BotEvent } from '@chatlane/contracts';
import type { Update } from 'telegraf/types';
import type { z } from 'zod';
import { NeverRetryError } from '../errors/errors.js';
import { parseCopy } from '../validation/parse-copy.js';

/** An event that the bot author defined, as a bot receives it: in the form of an update. */
export type EventUpdate<Data> = Update & { event: Pick<BotEvent, 'name' | 'key'> & { data: Data } };

/** A filter for `bot.on`, and the name of the event for `ctx.later` and `ctx.inLane`. */
export interface EventFilter<Data> {
  /** Whether the update is such an event. */
  (update: Update): update is EventUpdate<Data>;
  /** The name that the events have. */
  readonly eventName: string;
}

/**
 * For `bot.on(event('reminder'), (ctx) => ctx.update.event.data)`: an event that `ctx.later`, `ctx.inLane`, another
 * process or an HTTP request has sent to the chat. `ctx.chat`, `ctx.from`, `ctx.session` and `ctx.reply` work as in an
 * update of that chat.
 *
 * @param name 1 to 64 letters, digits, `_`, `.`, `:` and `-`
 * @param schema reads the data. Data that it rejects fails the turn for good, so that the event becomes a dead letter,
 *   which can be replayed after a fix. Default: any data is passed on unchanged
 * @example
 * const reminder = event('reminder', z.object({ text: z.string() }));
 * bot.command('tea', (ctx) => ctx.later(180_000, reminder, { text: 'Your tea is ready.' }));
 * bot.on(reminder, (ctx) => ctx.reply(ctx.update.event.data.text));
 */
export function event<Data = unknown>(name: string, schema?: z.ZodType<Data>): EventFilter<Data> {
  const raw = new WeakMap<Update, unknown>();
  const filter = (update: Update): update is EventUpdate<Data> => {
    if (!isEvent(update) || update.event.name !== name) return false;
    if (!schema) return true;
    // Several handlers may use the filter, and the schema may not accept its own output.
    if (!raw.has(update)) raw.set(update, update.event.data);
    const parsed = parseCopy(schema, raw.get(update));
    if (!parsed.success) throw new NeverRetryError(describe(name, parsed.error));
    update.event.data = parsed.data;
    return true;
  };
  return Object.assign(filter, { eventName: name });
}

function isEvent(update: Update): update is EventUpdate<unknown> {
  return 'event' in update;
}

/** Names paths, never values, which may be texts of users. */
function describe(name: string, { issues }: z.ZodError): string {
  const paths = issues.map(
    ({ path, code }) => `data${path.map((at) => `.${String(at)}`).join('')} (${code})`,
  );
  return `The event ${name} has data that its schema rejects: ${paths.join(', ')}.`;
}
