import { Markup, type MiddlewareFn } from 'telegraf';
import type { FmtString } from 'telegraf/format';
import type {
  InlineKeyboardButton,
  InlineKeyboardMarkup,
  Message,
  ParseMode,
} from 'telegraf/types';
import type { z } from 'zod';
import { isUneditable } from '../errors/uneditable.js';
import { interceptCalls } from '../turn/intercept-calls.js';
import type { TurnContext } from '../turn/turn.js';
import { parsePayload, pressedData, requireFit, type ButtonSigner } from './button-signer.js';
import { parseData } from './signed-data.js';

/** A menu with its payload, as `menu.at()` returns it. A button opens it, or the handler of a press returns it. */
export interface MenuPlace {
  /** The name of the menu. */
  readonly menu: string;
  /** The payload as JSON, or empty. */
  readonly payload: string;
}

/** `closed`: the handler has replaced or deleted the message itself, so it is not drawn again. */
export type AfterPress = MenuPlace | 'closed' | void;

/** A button of a menu: one that runs a handler, one that opens a menu, or one of Telegram's own, such as a link. */
export type MenuButton =
  | {
      text: string;
      /** Identifies the button in its menu: letters, digits, `_` and `-`, for example `remove-7`. */
      key: string;
      /** Handles a press. Afterwards the menu is drawn again, or the place that this returns is opened. */
      press: () => AfterPress | Promise<AfterPress>;
    }
  | { text: string; opens: MenuPlace }
  | InlineKeyboardButton;

/** What a menu shows. */
export interface MenuView {
  /** The text of the message. Absent: only the buttons are changed, for example below a photo. */
  text?: string | FmtString;
  /** How Telegram reads the markup of a text. */
  parse_mode?: ParseMode;
  /** The rows of buttons, from top to bottom. */
  rows: readonly (readonly MenuButton[])[];
  /** In groups, lets everyone press the buttons. Default: only the person to whom the menu is shown. */
  forEveryone?: boolean;
}

type Payload<In> = undefined extends In ? [payload?: In] : [payload: In];

/** A keyboard that is computed from the context, from `buttons.menu`. */
export interface Menu<C extends TurnContext, In, Out> {
  /**
   * The menu with this payload, to be opened by a button or after a press.
   *
   * @throws Error when the payload does not fit the schema
   * @throws NotJsonError when JSON cannot hold the payload
   */
  at(...payload: Payload<In>): MenuPlace;
  /**
   * Handles the presses. `draw` computes the menu for its context, each time it is shown or pressed: a press runs the
   * handler of the button that `draw` returns now under the pressed button's key. If there is none, the press is
   * answered with `refused` (`changed`), and the menu is drawn again. Must come after the session that `draw` reads.
   */
  on(draw: (ctx: C, payload: Out) => MenuView | Promise<MenuView>): MiddlewareFn<C>;
  /**
   * Sends the menu in a new message.
   *
   * @throws Error when the menu has no text, or its data exceeds Telegram's 64 bytes
   */
  send(ctx: C, ...payload: Payload<In>): Promise<Message.TextMessage>;
  /** The menu's buttons, for a message that the bot sends itself, such as a photo. */
  markup(ctx: C, ...payload: Payload<In>): Promise<Markup.Markup<InlineKeyboardMarkup>>;
}

type Draw<C> = (ctx: C, payload: unknown) => MenuView | Promise<MenuView>;

interface Definition<C> {
  schema: z.ZodType | undefined;
  draw?: Draw<C>;
}

/** The menus of one `createButtons`. */
export function createMenus<C extends TurnContext>(signer: ButtonSigner<C>) {
  const menus = new Map<string, Definition<C>>();

  async function view(ctx: C, { menu, payload }: MenuPlace): Promise<MenuView> {
    const { schema, draw } = menus.get(menu)!;
    if (draw === undefined) throw new Error(`menu "${menu}": is shown, but on() was not called`);
    const drawn = await draw(ctx, parsePayload(payload, schema).data);
    requireKeys(menu, drawn);
    return drawn;
  }

  function markupOf(ctx: C, place: MenuPlace, { rows, forEveryone }: MenuView) {
    const isShared = forEveryone === true || ctx.chat?.type === 'private';
    const bounds = isShared || ctx.from === undefined ? {} : { user: ctx.from.id };
    const sign = ({ menu, payload }: MenuPlace, key = '') =>
      signer.sign(menu, (key === '' ? '' : `:${key}:`) + payload, bounds);
    const button = (each: MenuButton): InlineKeyboardButton => {
      if ('press' in each) return Markup.button.callback(each.text, sign(place, each.key));
      return 'opens' in each ? Markup.button.callback(each.text, sign(each.opens)) : each;
    };
    return Markup.inlineKeyboard(rows.map((row) => row.map(button)));
  }

  /** Draws the menu into the pressed message. Does nothing if the message can no longer be edited. */
  async function show(ctx: C, place: MenuPlace, drawn: MenuView): Promise<void> {
    const { reply_markup } = markupOf(ctx, place, drawn);
    const { text, parse_mode } = drawn;
    try {
      if (text === undefined) await ctx.editMessageReplyMarkup(reply_markup);
      else await ctx.editMessageText(text, { reply_markup, ...(parse_mode && { parse_mode }) });
    } catch (error) {
      if (!isUneditable(error)) throw error;
    }
  }

  async function press(ctx: C, place: MenuPlace, key: string, isCurrent: boolean): Promise<void> {
    const drawn = await view(ctx, place);
    const button = isCurrent ? buttonOf(drawn, key) : undefined;
    if (button === undefined) {
      await signer.refuse(ctx, 'changed');
      return show(ctx, place, drawn);
    }
    let isAnswered = false;
    interceptCalls(ctx, (call, proceed) => {
      isAnswered ||= call.method === 'answerCallbackQuery';
      return proceed(call);
    });
    const after = await button.press();
    if (!isAnswered) await ctx.answerCbQuery();
    if (after === 'closed') return;
    const next = after ?? place;
    await show(ctx, next, await view(ctx, next));
  }

  return function menu(name: string, schema?: z.ZodType): Menu<C, unknown, unknown> {
    signer.claim('menu', name);
    const definition: Definition<C> = { schema };
    menus.set(name, definition);
    const at = (payload?: unknown): MenuPlace => {
      requireFit(`menu "${name}"`, payload, schema);
      return { menu: name, payload: payload === undefined ? '' : JSON.stringify(payload) };
    };

    return {
      at,
      on(draw) {
        if (definition.draw !== undefined) throw new Error(`menu "${name}": on() is called twice`);
        definition.draw = draw;
        return async function menuPressed(ctx, next) {
          const data = pressedData(ctx);
          const content = data === undefined ? undefined : parseData(data);
          if (data === undefined || content?.action !== name) return next();
          const [, key, payload = ''] = /^(?::([\w-]+):)?(.*)$/s.exec(content.payload)!;
          const reason = signer.refusalOf(ctx, data, content);
          // The meaning of a payload changes with the version, so an old menu is drawn again only if it has none.
          const isRedrawn = reason === 'outdated' && payload === '';
          if (reason !== undefined && !isRedrawn) return signer.refuse(ctx, reason);
          if (!parsePayload(payload, schema).success) return signer.refuse(ctx, 'outdated');
          const place = { menu: name, payload };
          if (key !== undefined) return press(ctx, place, key, !isRedrawn);
          await ctx.answerCbQuery();
          await show(ctx, place, await view(ctx, place));
        };
      },
      async send(ctx, ...payload) {
        const place = at(...payload);
        const drawn = await view(ctx, place);
        const { text, parse_mode } = drawn;
        if (text === undefined) throw new Error(`menu "${name}": has no text; use markup()`);
        const markup = markupOf(ctx, place, drawn);
        return ctx.reply(text, { ...markup, ...(parse_mode && { parse_mode }) });
      },
      async markup(ctx, ...payload) {
        const place = at(...payload);
        return markupOf(ctx, place, await view(ctx, place));
      },
    };
  };
}

type PressButton = Extract<MenuButton, { press: unknown }>;

function pressButtons({ rows }: MenuView): PressButton[] {
  return rows.flat().filter((each): each is PressButton => 'press' in each);
}

function buttonOf(view: MenuView, key: string): PressButton | undefined {
  return pressButtons(view).find((each) => each.key === key);
}

function requireKeys(menu: string, view: MenuView): void {
  const seen = new Set<string>();
  for (const { key } of pressButtons(view)) {
    if (!/^[\w-]+$/.test(key)) {
      throw new Error(`menu "${menu}": the key "${key}" must have only letters, digits, _ and -`);
    }
    if (seen.has(key)) throw new Error(`menu "${menu}": two buttons have the key "${key}"`);
    seen.add(key);
  }
}
