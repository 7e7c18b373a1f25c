import { requireJson } from '@chatlane/contracts';
import { Markup, type MiddlewareFn } from 'telegraf';
import type { InlineKeyboardButton } from 'telegraf/types';
import type { z } from 'zod';
import { answer, type Answer } from '../guards/answer.js';
import type { TurnContext } from '../turn/turn.js';
import { parseCopy } from '../validation/parse-copy.js';
import { isGenuine, looksSigned, parseData, signData, type ButtonData } from './signed-data.js';

/**
 * Why a press was refused. `forged`: the signature is wrong, which only an attacker produces, or the button is bound to
 * another chat. `outdated`: the button has another version, an action or payload that is no longer known, or has
 * expired. `not-yours`: it is bound to another user.
 */
export type ButtonRefusal = 'forged' | 'outdated' | 'not-yours';

/** Options of `createButtons`. */
export interface ButtonsOptions<C> {
  /**
   * Signs the data. At least 16 characters, and the same for all workers. A new secret makes all shown buttons forged.
   */
  secret: string;
  /** The version of the bot's buttons, 1 to 8 letters or digits. Change it when the meaning of a payload changes. */
  version: string;
  /** The answer to a press that is refused. Default: a short notice in English. */
  refused?: Answer<C, [reason: ButtonRefusal]>;
}

/** Restrictions of a button. By default everyone who sees it may press it, and it never expires. */
export interface ButtonBounds {
  /** The id of the only user who may press it. */
  user?: number;
  /** The id of the only chat in which it works, so that its data cannot be used in another chat. */
  chat?: number;
  /** When it becomes outdated, rounded up to the second. */
  expires?: Date;
}

type Payload<In> = undefined extends In
  ? [payload?: In, bounds?: ButtonBounds]
  : [payload: In, bounds?: ButtonBounds];

/** One kind of button: makes the buttons and handles their presses. */
export interface ButtonAction<C extends TurnContext, In, Out> {
  /**
   * Makes a button.
   *
   * @throws Error when the payload does not fit the schema, or the data exceeds Telegram's 64 bytes
   * @throws NotJsonError with the path of a value in the payload that JSON cannot hold and the schema does not read
   * back
   */
  button(
    text: string,
    ...payload: Payload<In>
  ): InlineKeyboardButton.CallbackButton & {
    hide: boolean;
  };
  /**
   * Handles the presses of this action that are genuine and allowed. Others are counted and answered with `refused`.
   */
  on(handler: (ctx: C, payload: Out, next: () => Promise<void>) => unknown): MiddlewareFn<C>;
}

/** The signed buttons of a bot, from `createButtons`. */
export interface Buttons<C extends TurnContext> {
  /**
   * Defines an action, with a schema for its payload if it has one.
   *
   * @throws Error when the name is taken, or is not a letter followed by a-z, 0-9, _ and -
   */
  action(name: string): ButtonAction<C, undefined, undefined>;
  action<S extends z.ZodType>(name: string, payload: S): ButtonAction<C, z.input<S>, z.output<S>>;
  /** Must be the last middleware: refuses presses of signed buttons that no action handled. */
  rest: MiddlewareFn<C>;
}

const texts: Record<ButtonRefusal, string> = {
  forged: 'This button is no longer in use.',
  outdated: 'This button is no longer in use.',
  'not-yours': 'This button is for somebody else.',
};

/**
 * Inline buttons with signed data. Clients can send any callback data, but cannot forge that of these buttons, and a
 * button of an older version is refused instead of being misread. The data is signed, not encrypted.
 *
 * @throws Error when the secret is too short or the version invalid
 * @example
 * const buttons = createButtons<BotContext>({ secret, version: '1' });
 * const remove = buttons.action('remove', z.object({ file: z.number() }));
 * await ctx.reply('Sure?', Markup.inlineKeyboard([remove.button('Yes', { file: 7 }, { user: ctx.from.id })]));
 * bot.use(remove.on((ctx, { file }) => ctx.editMessageText(`Removed ${file}`)));
 * bot.use(buttons.rest);
 */
export function createButtons<C extends TurnContext>(options: ButtonsOptions<C>): Buttons<C> {
  const { secret, version, refused = (_ctx, reason) => texts[reason] } = options;
  if (secret.length < 16) throw new Error('secret: must have at least 16 characters');
  if (!/^[0-9A-Za-z]{1,8}$/.test(version)) {
    throw new Error(`version: must be 1 to 8 letters or digits, is "${version}"`);
  }
  const names = new Set<string>();

  async function refuse(ctx: C, reason: ButtonRefusal): Promise<void> {
    ctx.turn.count?.(`button-${reason}`);
    await answer(ctx, refused, reason);
  }

  /** Why the press is refused whatever its payload, or undefined. */
  function refusalOf(ctx: C, data: string, content: ButtonData): ButtonRefusal | undefined {
    const query = ctx.callbackQuery;
    if (!isGenuine(secret, data, content, query?.message?.chat.id)) return 'forged';
    const { expires = Infinity, user = query?.from.id } = content;
    if (user !== query?.from.id) return 'not-yours';
    return content.version !== version || expires * 1000 <= Date.now() ? 'outdated' : undefined;
  }

  function action(name: string, schema?: z.ZodType): ButtonAction<C, unknown, unknown> {
    if (!/^[a-z][a-z0-9_-]*$/.test(name)) {
      throw new Error(`action "${name}": the name must be a letter followed by a-z, 0-9, _ and -`);
    }
    if (names.has(name)) throw new Error(`action "${name}": the name is already in use`);
    names.add(name);

    return {
      button(text, payload?: unknown, bounds: ButtonBounds = {}) {
        if (schema && !schema.safeParse(payload).success) {
          throw new Error(`action "${name}": the payload does not fit its schema`);
        }
        const read = (json: string) => schema?.safeParse(JSON.parse(json)).data;
        requireJson(`action "${name}": payload`, payload, read);
        const { user, chat, expires } = bounds;
        const content: ButtonData = {
          version,
          action: name,
          expires: expires && Math.ceil(expires.getTime() / 1000),
          user,
          inChat: chat !== undefined,
          payload: payload === undefined ? '' : JSON.stringify(payload),
        };
        const data = signData(secret, content, chat);
        const bytes = Buffer.byteLength(data);
        if (bytes > 64) {
          throw new Error(
            `action "${name}": the button's data takes ${bytes} bytes, Telegram allows 64: use a shorter name or payload`,
          );
        }
        return Markup.button.callback(text, data);
      },

      on: (handler) =>
        async function pressed(ctx, next) {
          const data = pressedData(ctx);
          const content = data === undefined ? undefined : parseData(data);
          if (data === undefined || content?.action !== name) return next();
          const reason = refusalOf(ctx, data, content);
          if (reason !== undefined) return refuse(ctx, reason);
          const payload = parsePayload(content.payload, schema);
          if (!payload.success) return refuse(ctx, 'outdated');
          return handler(ctx, payload.data, next);
        },
    };
  }

  return {
    action: action as Buttons<C>['action'],
    async rest(ctx, next) {
      const data = pressedData(ctx);
      if (data === undefined || !looksSigned(data)) return next();
      const content = parseData(data);
      const reason = content === undefined ? 'forged' : refusalOf(ctx, data, content);
      return refuse(ctx, reason ?? 'outdated');
    },
  };
}

function pressedData({ callbackQuery: query }: TurnContext): string | undefined {
  return query !== undefined && 'data' in query ? query.data : undefined;
}

/** A payload that an older bot signed under the same version may no longer fit the schema. */
function parsePayload(json: string, schema: z.ZodType | undefined) {
  const value: unknown = json === '' ? undefined : JSON.parse(json);
  return schema === undefined
    ? { success: value === undefined, data: undefined }
    : parseCopy(schema, value);
}
