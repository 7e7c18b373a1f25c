import { Markup, type MiddlewareFn } from 'telegraf';
import type { InlineKeyboardButton } from 'telegraf/types';
import type { z } from 'zod';
import type { Answer } from '../guards/answer.js';
import type { TurnContext } from '../turn/turn.js';
import {
  createButtonSigner,
  parsePayload,
  pressedData,
  requireFit,
  type ButtonBounds,
  type ButtonRefusal,
} from './button-signer.js';
import { createMenus, type Menu } from './menu.js';
import { looksSigned, parseData } from './signed-data.js';

/** Options of `createButtons`. */
export interface ButtonsOptions<C> {
  /**
   * Signs the data. At least 16 characters, and the same for all workers. With a new secret, all buttons already
   * shown are refused as forged.
   */
  secret: string;
  /** The version of the bot's buttons, 1 to 8 letters or digits. Change it when the meaning of a payload changes. */
  version: string;
  /** The answer to a press that is refused. Default: a short notice in English. */
  refused?: Answer<C, [reason: ButtonRefusal]>;
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
  /**
   * Defines a menu: a keyboard that is computed from the context, with a schema for its payload if it has one. Its
   * presses need no state in the process, so any worker handles them, also after a restart.
   *
   * @throws Error when the name is taken, or is not a letter followed by a-z, 0-9, _ and -
   * @example
   * const buttons = createButtons<BotContext>({ secret, version: '1' });
   * const cart = buttons.menu('cart');
   * const item = buttons.menu('item', z.string());
   * bot.use(
   *   cart.on((ctx) => ({
   *     text: 'Your cart:',
   *     rows: ctx.session.items.map((name: string) => [{ text: name, opens: item.at(name) }]),
   *   })),
   *   item.on((ctx, name) => ({
   *     text: name,
   *     rows: [
   *       [{ text: 'Forget all', key: 'forget', press: () => void (ctx.session.items = []) }],
   *       [{ text: 'Back', opens: cart.at() }],
   *     ],
   *   })),
   * );
   * bot.command('cart', (ctx) => cart.send(ctx));
   */
  menu(name: string): Menu<C, undefined, undefined>;
  menu<S extends z.ZodType>(name: string, payload: S): Menu<C, z.input<S>, z.output<S>>;
  /** Must be the last middleware: refuses presses of signed buttons that no action or menu handled. */
  rest: MiddlewareFn<C>;
}

const texts: Record<ButtonRefusal, string> = {
  forged: 'This button is no longer in use.',
  outdated: 'This button is no longer in use.',
  'not-yours': 'This button is for another user.',
  changed: 'This menu has changed. Please choose again.',
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
  const signer = createButtonSigner(secret, version, refused);

  function action(name: string, schema?: z.ZodType): ButtonAction<C, unknown, unknown> {
    signer.claim('action', name);
    return {
      button(text, payload?: unknown, bounds: ButtonBounds = {}) {
        requireFit(`action "${name}"`, payload, schema);
        const json = payload === undefined ? '' : JSON.stringify(payload);
        return Markup.button.callback(text, signer.sign(name, json, bounds));
      },
      on: (handler) =>
        async function pressed(ctx, next) {
          const data = pressedData(ctx);
          const content = data === undefined ? undefined : parseData(data);
          if (data === undefined || content?.action !== name) return next();
          const reason = signer.refusalOf(ctx, data, content);
          if (reason !== undefined) return signer.refuse(ctx, reason);
          const payload = parsePayload(content.payload, schema);
          if (!payload.success) return signer.refuse(ctx, 'outdated');
          return handler(ctx, payload.data, next);
        },
    };
  }

  return {
    action: action as Buttons<C>['action'],
    menu: createMenus(signer) as Buttons<C>['menu'],
    async rest(ctx, next) {
      const data = pressedData(ctx);
      if (data === undefined || !looksSigned(data)) return next();
      const content = parseData(data);
      const reason = content === undefined ? 'forged' : signer.refusalOf(ctx, data, content);
      return signer.refuse(ctx, reason ?? 'outdated');
    },
  };
}
