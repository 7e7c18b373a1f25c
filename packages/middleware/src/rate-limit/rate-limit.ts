import type { MiddlewareFn } from 'telegraf';
import type { Admins } from '../guards/admins.js';
import { answer, type Answer } from '../guards/answer.js';
import type { Shared } from '../shared-redis.js';
import { isRepeat } from '../turn/is-repeat.js';
import type { TurnContext } from '../turn/turn.js';
import { createBuckets, type Limit } from './bucket.js';
import { subjectOf, type Subject } from './subject.js';

/** A limit, none, or a function that says which of it holds for this update. */
export type LimitFor<C> = Limit | false | ((ctx: C) => Limit | false | Promise<Limit | false>);

export interface RateLimitOptions<C> extends Shared {
  /**
   * For each user, over all chats; for each channel that writes in groups; and for all channels of one group together,
   * as they may be one person. Default: a message a second, 10 at once: as many as an album has.
   */
  user?: LimitFor<C>;
  /** For each chat, over all its users. Default: none. */
  chat?: LimitFor<C>;
  /** For each user and command, without its slash; for channels as in `user`. Default: none. */
  commands?: Readonly<Record<string, Limit>>;
  /**
   * What the sender hears once in a pause. A text is sent as a reply to the first message that is dropped; everything
   * behind it is dropped for `seconds`, so the sender knows what to send again. Nothing is said about what people in a
   * group say to each other. Default: a sentence in English.
   */
  limited?: Answer<C, [seconds: number]>;
  /**
   * Once a message is over the limit, everything is dropped for this long, or until the next one is due if that takes
   * longer. The bucket fills meanwhile. Default 10.
   */
  pauseSeconds?: number;
  /** What is not limited. */
  exempt?: {
    /** Presses of buttons. Default false. */
    callbacks?: boolean;
    /** The admins of a group or channel, in it. They are only looked up when they are over the limit. */
    admins?: Admins;
    /** Anything else: owners, /cancel. It is not charged either. */
    when?: (ctx: C) => boolean | Promise<boolean>;
  };
}

/**
 * Drops messages and presses over a limit that all workers share. Stands before `session()`, so that a flood touches no
 * session. Payments, changes of members and all other updates pass. An album counts as one message, and is dropped as a
 * whole. A repeated turn is not charged again. With Redis away, or slower than a quarter of a second, each process
 * limits by itself, and counts each message of an album.
 *
 * @throws Error when a limit is none: see `Limit`
 * @example
 * bot.use(rateLimit({ redis, name, commands: { export: { everySeconds: 60, burst: 1 } } }));
 * bot.use(session());
 */
export function rateLimit<C extends TurnContext>(options: RateLimitOptions<C>): MiddlewareFn<C> {
  const { pauseSeconds = 10, exempt = {}, commands = {} } = options;
  const { user = { everySeconds: 1, burst: 10 }, chat = false } = options;
  const { limited = inEnglish } = options;
  if (!(pauseSeconds >= 1)) throw new Error(`pauseSeconds: must be 1 or more, is ${pauseSeconds}`);
  const buckets = createBuckets({ ...options, pauseMs: Math.round(pauseSeconds * 1000) });
  for (const limit of [user, chat, ...Object.values(commands)]) {
    if (typeof limit === 'object') buckets.check(limit);
  }

  /** The buckets an update is taken from, one after the other: a flood of one user leaves the chat's to the others. */
  async function* limitsOf(ctx: C, subject: Subject): AsyncGenerator<[key: string, limit: Limit]> {
    const { senders, command = '', chat: place } = subject;
    const forUser = senders.length > 0 && (await resolve(ctx, user));
    if (forUser) for (const sender of senders) yield [`u:${sender}`, forUser];
    const forCommand = Object.hasOwn(commands, command) && commands[command];
    const charged = senders.length > 0 ? senders : [String(place)];
    if (forCommand) for (const sender of charged) yield [`k:${command}:${sender}`, forCommand];
    const forChat = place !== undefined && (await resolve(ctx, chat));
    if (forChat) yield [`c:${place}`, forChat];
  }

  async function isExempt(ctx: C, subject: Subject): Promise<boolean> {
    if (exempt.callbacks === true && subject.kind === 'press') return true;
    return (await exempt.when?.(ctx)) ?? false;
  }

  return async function limiter(ctx, next) {
    const subject = subjectOf(ctx);
    if (subject === undefined || isRepeat(ctx.turn) || (await isExempt(ctx, subject))) {
      return next();
    }
    let insured = false;
    const onInsured = () => {
      if (!insured) ctx.turn.count?.('rate-limit-insured');
      insured = true;
    };
    const album = albumOf(ctx);
    for await (const [key, limit] of limitsOf(ctx, subject)) {
      const refusal = await buckets.take({ key, limit, album, onInsured });
      if (refusal === undefined) continue;
      // Nobody is an admin for sure while Telegram does not tell: the turn must not fail, and pass when repeated.
      if (await exempt.admins?.isAdmin(ctx).catch(() => false)) break;
      ctx.turn.count?.('rate-limited');
      if (!subject.isAddressed || !(await refusal.announce())) return;
      const seconds = Math.ceil(refusal.waitMs / 1000);
      return answer(ctx, asReply(limited), seconds).catch(unlessOfTheRoad);
    }
    return next();
  };
}

function resolve<C>(ctx: C, limit: LimitFor<C>): Limit | false | Promise<Limit | false> {
  return typeof limit === 'function' ? limit(ctx) : limit;
}

/** Only a message that is sent is part of an album: its edits, of which there may be any number, are charged. */
function albumOf({ message }: TurnContext): string | undefined {
  return message !== undefined && 'media_group_id' in message ? message.media_group_id : undefined;
}

function inEnglish({ callbackQuery }: TurnContext, seconds: number): string {
  return callbackQuery === undefined
    ? `Not so fast, please. I skip this message and everything after it for ${seconds} s. Please send it again then.`
    : `Not so fast, please. Try again in ${seconds} s.`;
}

/** A text becomes a reply to the message that is dropped, so that the sender sees which one it is. */
function asReply<C extends TurnContext>(limited: Answer<C, [number]>): Answer<C, [number]> {
  return async (ctx, seconds) => {
    const text: unknown = typeof limited === 'function' ? await limited(ctx, seconds) : limited;
    if (typeof text !== 'string' || ctx.callbackQuery !== undefined) return text;
    if (ctx.msgId === undefined || (ctx.message ?? ctx.editedMessage) === undefined) return text;
    const message_id = ctx.msgId;
    return ctx.reply(text, { reply_parameters: { message_id, allow_sending_without_reply: true } });
  };
}

/** A repeated turn would pass: an answer that Telegram did not take now is no reason to repeat this one. */
function unlessOfTheRoad(error: unknown): void {
  if (!(error instanceof Error && 'nextAction' in error)) throw error;
}
