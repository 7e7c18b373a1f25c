import { requireJson } from '@chatlane/contracts';
import { Markup, type MiddlewareFn } from 'telegraf';
import type { InlineKeyboardButton } from 'telegraf/types';
import type { z } from 'zod';
import { answer, type Answer } from '../guards/answer.js';
import type { TurnContext } from '../turn/turn.js';
import { parseCopy } from '../validation/parse-copy.js';
import { isGenuine, isSealed, readSeal, seal, type Sealed } from './seal.js';

/**
 * Why a press was not taken: nobody but an attacker makes a `forged` one (also: shown in another chat than it was bound
 * to); an `outdated` one is of another version, of a payload or an action no longer known, or past its `expires`;
 * a `not-yours` is bound to another user.
 */
export type ButtonRefusal = 'forged' | 'outdated' | 'not-yours';

export interface ButtonsOptions<C> {
  /** Signs the data, 16 characters at least. The same for all workers; with another, all buttons shown are forged. */
  secret: string;
  /** Of the bot's buttons, 1 to 8 letters or digits: change it when a payload changes its meaning. */
  version: string;
  /** What the user hears about a press that is not taken. Default: a short notice in English. */
  refused?: Answer<C, [reason: ButtonRefusal]>;
}

/** To what a button is bound. Default: whoever sees it may press it, for ever. */
export interface ButtonBounds {
  /** The id of the only user who may press it. */
  user?: number;
  /** The id of the only chat in which it counts: no use for data copied out of another chat. */
  chat?: number;
  /** From when on it is outdated, exact to the second. */
  expires?: Date;
}

type Payload<In> = undefined extends In
  ? [payload?: In, bounds?: ButtonBounds]
  : [payload: In, bounds?: ButtonBounds];

/** One kind of button: makes the buttons, and takes their presses. */
export interface ButtonAction<C extends TurnContext, In, Out> {
  /**
   * @throws Error when the payload does not fit the schema, or the data exceeds Telegram's 64 bytes
   * @throws NotJsonError naming what JSON cannot hold in the payload, and the schema does not read back
   */
  button(
    text: string,
    ...payload: Payload<In>
  ): InlineKeyboardButton.CallbackButton & {
    hide: boolean;
  };
  /** Takes the presses of this action whose seal holds; those whose does not are counted and answered. */
  on(handler: (ctx: C, payload: Out, next: () => Promise<void>) => unknown): MiddlewareFn<C>;
}

export interface Buttons<C extends TurnContext> {
  /** @throws Error when the name is taken, or is not of a-z, 0-9, _ and -, a letter first */
  action(name: string): ButtonAction<C, undefined, undefined>;
  action<S extends z.ZodType>(name: string, payload: S): ButtonAction<C, z.input<S>, z.output<S>>;
  /** Stands last: refuses the presses of sealed buttons that no action took. */
  rest: MiddlewareFn<C>;
}

const texts: Record<ButtonRefusal, string> = {
  forged: 'This button is no longer in use.',
  outdated: 'This button is no longer in use.',
  'not-yours': 'This button is for somebody else.',
};

/**
 * Inline buttons whose data nobody can forge (callback data is whatever the client sends) and that do not outlive a
 * deploy silently. The data is signed, not secret.
 *
 * @throws Error when the secret or the version is none
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

  /** Why the press is not taken whatever its action; undefined when it may be. */
  function fault(ctx: C, data: string, sealed: Sealed): ButtonRefusal | undefined {
    const query = ctx.callbackQuery;
    if (!isGenuine(secret, data, sealed, query?.message?.chat.id)) return 'forged';
    const { expires = Infinity, user = query?.from.id } = sealed;
    if (user !== query?.from.id) return 'not-yours';
    return sealed.version !== version || expires * 1000 <= Date.now() ? 'outdated' : undefined;
  }

  function action(name: string, schema?: z.ZodType): ButtonAction<C, unknown, unknown> {
    if (!/^[a-z][a-z0-9_-]*$/.test(name)) {
      throw new Error(`action "${name}": must be of a-z, 0-9, _ and -, a letter first`);
    }
    if (names.has(name)) throw new Error(`action "${name}": there is one of this name`);
    names.add(name);

    return {
      button(text, payload?: unknown, bounds: ButtonBounds = {}) {
        if (schema && !schema.safeParse(payload).success) {
          throw new Error(`action "${name}": the payload does not fit its schema`);
        }
        const read = (json: string) => schema?.safeParse(JSON.parse(json)).data;
        requireJson(`action "${name}": payload`, payload, read);
        const { user, chat, expires } = bounds;
        const sealed: Sealed = {
          version,
          action: name,
          expires: expires && Math.ceil(expires.getTime() / 1000),
          user,
          inChat: chat !== undefined,
          payload: payload === undefined ? '' : JSON.stringify(payload),
        };
        const data = seal(secret, sealed, chat);
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
          const sealed = data === undefined ? undefined : readSeal(data);
          if (data === undefined || sealed?.action !== name) return next();
          const reason = fault(ctx, data, sealed);
          if (reason !== undefined) return refuse(ctx, reason);
          const payload = openPayload(sealed.payload, schema);
          if (!payload.success) return refuse(ctx, 'outdated');
          return handler(ctx, payload.data, next);
        },
    };
  }

  return {
    action: action as Buttons<C>['action'],
    async rest(ctx, next) {
      const data = pressedData(ctx);
      if (data === undefined || !isSealed(data)) return next();
      const sealed = readSeal(data);
      const reason = sealed === undefined ? 'forged' : fault(ctx, data, sealed);
      return refuse(ctx, reason ?? 'outdated');
    },
  };
}

function pressedData({ callbackQuery: query }: TurnContext): string | undefined {
  return query !== undefined && 'data' in query ? query.data : undefined;
}

/** A payload that an older bot has signed under the same version may not fit the schema any more. */
function openPayload(json: string, schema: z.ZodType | undefined) {
  const value: unknown = json === '' ? undefined : JSON.parse(json);
  return schema === undefined
    ? { success: value === undefined, data: undefined }
    : parseCopy(schema, value);
}
