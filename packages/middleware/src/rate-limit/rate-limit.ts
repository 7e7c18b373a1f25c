import type { MiddlewareFn } from 'telegraf';
import type { Admins } from '../guards/admins.js';
import { answer, type Answer } from '../guards/answer.js';
import type { SharedRedisOptions } from '../shared-redis.js';
import { isRepeat, type TurnContext } from '../turn/turn.js';
import { createBuckets, type Limit } from './bucket.js';
import { subjectOf, type Subject } from './subject.js';

/** A limit, `false` for none, or a function that returns one of them for an update. */
export type LimitFor<C> = Limit | false | ((ctx: C) => Limit | false | Promise<Limit | false>);

/** Options of `rateLimit`. */
export interface RateLimitOptions<C> extends SharedRedisOptions {
  /**
   * For each user, across all chats; for each channel that writes in groups; and for all channels of one group
   * together, as they may be one person. Default: one message a second, 10 at once, which is the size of an album.
   */
  user?: LimitFor<C>;
  /** For each chat, across all its users. Default: none. */
  chat?: LimitFor<C>;
  /** For each user and command, written without its slash. Channels count as in `user`. Default: none. */
  commands?: Readonly<Record<string, Limit>>;
  /**
   * The answer to the sender, once per pause. A text is sent as a reply to the first dropped message. Everything after
   * that is dropped for `seconds`, so the sender knows what to send again. Messages in groups that are not meant for
   * the bot are dropped without an answer. Default: a sentence in English.
   */
  limited?: Answer<C, [seconds: number]>;
  /**
   * Seconds for which everything is dropped after a message over the limit, or until the bucket has regained a message
   * if that takes longer. The bucket fills meanwhile. At least 1. Default 10.
   */
  pauseSeconds?: number;
  /** Updates that are not limited. */
  exempt?: {
    /** Presses of buttons. Default false. */
    callbacks?: boolean;
    /** The admins of a group or channel, in that chat. They are looked up only when they exceed the limit. */
    admins?: Admins;
    /** Anything else, such as owners or /cancel. It does not count towards the limit either. */
    when?: (ctx: C) => boolean | Promise<boolean>;
  };
}

/**
 * Drops messages and button presses that exceed a limit shared by all workers. Use it in front of `session()`, so that
 * a flood does not touch sessions. Payments, membership changes and all other updates pass. An album counts as one
 * message, and is dropped as a whole. A repeated turn does not count again. If Redis is unavailable or slower than
 * `timeoutMs`, each process applies the limits by itself, and counts each message of an album.
 *
 * @throws Error for an invalid limit (see `Limit`) or `pauseSeconds`
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

  /** The buckets that an update counts in, in order: a user's flood must not empty the bucket of the whole chat. */
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
    let isFallback = false;
    const onFallback = () => {
      if (!isFallback) ctx.turn.count?.('rate-limit-insured');
      isFallback = true;
    };
    const album = albumOf(ctx);
    for await (const [key, limit] of limitsOf(ctx, subject)) {
      const refusal = await buckets.take({ key, limit, album, onFallback });
      if (refusal === undefined) continue;
      // If the admins are unknown the turn must not fail, because it would pass when repeated.
      if (await exempt.admins?.isAdmin(ctx).catch(() => false)) break;
      ctx.turn.count?.('rate-limited');
      if (!subject.isAddressed || !(await refusal.announce())) return;
      const seconds = Math.ceil(refusal.waitMs / 1000);
      return answer(ctx, asReply(limited), seconds).catch(rethrowUnlessApiError);
    }
    return next();
  };
}

function resolve<C>(ctx: C, limit: LimitFor<C>): Limit | false | Promise<Limit | false> {
  return typeof limit === 'function' ? limit(ctx) : limit;
}

/** Only new messages belong to an album. Edits, of which there may be any number, count one by one. */
function albumOf({ message }: TurnContext): string | undefined {
  return message !== undefined && 'media_group_id' in message ? message.media_group_id : undefined;
}

function inEnglish({ callbackQuery }: TurnContext, seconds: number): string {
  return callbackQuery === undefined
    ? `Not so fast, please. I skip this message and everything after it for ${seconds} s. Please send it again then.`
    : `Not so fast, please. Try again in ${seconds} s.`;
}

/** Sends a text as a reply to the dropped message, so that the sender sees which one it is. */
function asReply<C extends TurnContext>(limited: Answer<C, [number]>): Answer<C, [number]> {
  return async (ctx, seconds) => {
    const text: unknown = typeof limited === 'function' ? await limited(ctx, seconds) : limited;
    if (typeof text !== 'string' || ctx.callbackQuery !== undefined) return text;
    if (ctx.msgId === undefined || (ctx.message ?? ctx.editedMessage) === undefined) return text;
    const message_id = ctx.msgId;
    return ctx.reply(text, { reply_parameters: { message_id, allow_sending_without_reply: true } });
  };
}

/** Ignores a failed call to Telegram: it must not cause a repetition of the turn, which would then pass. */
function rethrowUnlessApiError(error: unknown): void {
  if (!(error instanceof Error && 'nextAction' in error)) throw error;
}
