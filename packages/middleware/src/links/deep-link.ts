import { timingSafeEqual } from 'node:crypto';
import { Composer, type MiddlewareFn } from 'telegraf';
import type { z } from 'zod';
import { parsePayload, requireFit } from '../buttons/button-signer.js';
import { shortSignature } from '../buttons/signed-data.js';
import type { TurnContext } from '../turn/turn.js';

/** Telegram's limit for the payload of a link. */
const MAX_LENGTH = 64;
const SIGNATURE_LENGTH = 12;

/** Options of `deepLink`. */
export interface DeepLinkOptions {
  /**
   * Signs the payload, so that users cannot make links of their own. At least 16 characters, and the same for all
   * workers. Default: not signed, so anyone can make a link with any payload that fits the schema.
   */
  secret?: string;
}

type Handler<C, Out> = (ctx: C, payload: Out, next: () => Promise<void>) => unknown;

/** A kind of link that opens the bot with a payload, from `deepLink`. */
export interface DeepLink<In, Out> {
  /**
   * Makes a link: `https://t.me/<username>?start=...`. Its payload is encoded, not encrypted.
   *
   * @param username the bot's username: `ctx.me`
   * @throws Error when the payload does not fit the schema, or the link's payload exceeds Telegram's 64 characters
   * @throws NotJsonError when JSON cannot hold the payload
   */
  url(username: string, payload: In): string;
  /**
   * Handles `/start` from such a link. Any other `/start`, and one whose payload is refused, is passed on, so put it in
   * front of `bot.start`.
   */
  on<C extends TurnContext>(handler: Handler<C, Out>): MiddlewareFn<C>;
}

/**
 * Links that open the private chat with the bot and pass a payload to it, such as an invitation. The payload must be
 * short: an object with one number, or a text of about 25 characters (15 when signed).
 *
 * @param name distinguishes the bot's links: letters and digits, starting with a letter
 * @throws Error when the name is invalid or the secret too short
 * @example
 * const invitation = deepLink('i', z.object({ by: z.number() }), { secret });
 * bot.command('invite', (ctx) => ctx.reply(invitation.url(ctx.me, { by: ctx.from.id })));
 * bot.use(invitation.on((ctx, { by }) => ctx.reply(`You were invited by ${by}.`)));
 * bot.start((ctx) => ctx.reply('Hello!'));
 */
export function deepLink<S extends z.ZodType>(
  name: string,
  payload: S,
  options: DeepLinkOptions = {},
): DeepLink<z.input<S>, z.output<S>> {
  const { secret } = options;
  if (!/^[a-z][a-z0-9]*$/i.test(name)) {
    throw new Error(`deep link "${name}": the name must be a letter followed by letters or digits`);
  }
  if (secret !== undefined && secret.length < 16) {
    throw new Error('secret: must have at least 16 characters');
  }
  const sign = (content: string): string =>
    secret === undefined ? '' : shortSignature(secret, ['chatlane link', name, content]);

  /** The content, or undefined when its signature is wrong. */
  function verified(signed: string): string | undefined {
    if (secret === undefined) return signed;
    const content = signed.slice(SIGNATURE_LENGTH);
    const [expected, given] = [sign(content), signed.slice(0, SIGNATURE_LENGTH)].map((each) =>
      Buffer.from(each),
    ) as [Buffer, Buffer];
    return expected.length === given.length && timingSafeEqual(expected, given)
      ? content
      : undefined;
  }

  return {
    url(username, value) {
      requireFit(`deep link "${name}"`, value, payload);
      const content = Buffer.from(JSON.stringify(value)).toString('base64url');
      const start = `${name}-${sign(content)}${content}`;
      if (start.length > MAX_LENGTH) {
        throw new Error(
          `deep link "${name}": the payload takes ${start.length} characters, Telegram allows ${MAX_LENGTH}: use a shorter name or payload, such as an id`,
        );
      }
      return `https://t.me/${username}?start=${start}`;
    },
    on<C extends TurnContext>(handler: Handler<C, z.output<S>>): MiddlewareFn<C> {
      const start = Composer.command<TurnContext>('start', async (ctx, next) => {
        const [, which, signed] = /^([a-z0-9]+)-([\w-]+)$/i.exec(ctx.payload) ?? [];
        if (which !== name || signed === undefined) return next();
        const content = verified(signed);
        const read = content === undefined ? undefined : readPayload(content, payload);
        if (read?.success) return handler(ctx as TurnContext as C, read.data as z.output<S>, next);
        ctx.turn.count?.('link-refused');
        return next();
      });
      return start;
    },
  };
}

function readPayload<S extends z.ZodType>(content: string, schema: S) {
  try {
    return parsePayload(Buffer.from(content, 'base64url').toString(), schema);
  } catch {
    return undefined;
  }
}
