import { Composer, TelegramError } from 'telegraf';
import { z } from 'zod';
import { ann, bea, group, message, openTurns, press } from '../guards/chat.testkit.js';
import type { TurnContext } from '../turn/turn.js';
import { createButtons } from './buttons.js';

const secret = 'a secret of the tests';

interface Shown {
  text?: string;
  reply_markup?: { inline_keyboard: { text: string; callback_data?: string }[][] };
}

/** A shop whose workers share only the cart. Each `press` is handled by a new worker. */
function openShop({ everyone = false, cart = ['ale', 'bun'] } = {}) {
  const turns = openTurns();
  const pressed: string[] = [];
  let shown: Shown = {};

  function createBot(version: string, schema: z.ZodType<string> = z.string()) {
    const buttons = createButtons<TurnContext>({ secret, version });
    const list = buttons.menu('list');
    const item = buttons.menu('item', schema);
    const drawn = [
      list.on(() => ({
        text: `${cart.length} in the cart`,
        forEveryone: everyone,
        rows: [
          ...cart.map((name) => [{ text: name, opens: item.at(name) }]),
          [{ text: 'Empty', key: 'empty', press: () => void cart.splice(0) }],
          [{ text: 'Shop', url: 'https://example.org' }],
        ],
      })),
      item.on((ctx, name) => ({
        text: name,
        rows: [
          ...(cart.includes(name)
            ? [[{ text: 'Remove', key: 'remove', press: () => remove(name) }]]
            : []),
          [{ text: 'Say', key: 'say', press: () => say(ctx, name) }],
          [{ text: 'Close', key: 'close', press: () => 'closed' as const }],
          [{ text: 'Back', opens: list.at() }],
        ],
      })),
    ];
    function remove(name: string) {
      pressed.push(name);
      cart.splice(cart.indexOf(name), 1);
      return list.at();
    }
    async function say(ctx: TurnContext, name: string): Promise<void> {
      await ctx.answerCbQuery(`That is ${name}.`);
    }
    return { list, middleware: Composer.compose([...drawn, buttons.rest]) };
  }

  function take() {
    const calls = turns.telegram.calls.splice(0);
    const last = calls.filter(({ payload }) => payload['reply_markup']).at(-1);
    if (last) shown = last.payload;
    return calls.map(({ method, payload: { text } }) =>
      text === undefined ? method : `${method} ${text as string}`,
    );
  }
  const dataOf = (label: string, of = shown): string =>
    of.reply_markup!.inline_keyboard.flat().find(({ text }) => text === label)!.callback_data!;

  return {
    ...turns,
    cart,
    pressed,
    dataOf,
    labels: () => shown.reply_markup!.inline_keyboard.map(([button]) => button!.text),
    async send(update: object = message()) {
      await createBot('1').list.send(turns.context(update));
      return take();
    },
    /** Presses a button, by its label or with the given data, and returns the bot's calls. */
    async press(
      label: string,
      {
        data = dataOf(label),
        version = '1',
        from = ann,
        chat = undefined as object | undefined,
      } = {},
      schema?: z.ZodType<string>,
    ) {
      const content = { from, ...(chat && { message: { message_id: 9, date: 1, chat } }) };
      await turns.passes(createBot(version, schema).middleware, press(data, content));
      return take();
    },
  };
}

describe('a menu', () => {
  it('opens another menu in place, runs handlers, and returns, with a new worker for each press', async () => {
    const shop = openShop();
    expect(await shop.send()).toEqual(['sendMessage 2 in the cart']);
    expect(shop.labels()).toEqual(['ale', 'bun', 'Empty', 'Shop']);
    expect(await shop.press('bun')).toEqual(['answerCallbackQuery', 'editMessageText bun']);
    expect(await shop.press('Remove')).toEqual([
      'answerCallbackQuery',
      'editMessageText 1 in the cart',
    ]);
    expect(shop.labels()).toEqual(['ale', 'Empty', 'Shop']);
    expect(await shop.press('Empty')).toEqual([
      'answerCallbackQuery',
      'editMessageText 0 in the cart',
    ]);
    expect(shop.cart).toEqual([]);
  });

  it('answers a press of a removed button with a notice and redraws itself, without running the handler', async () => {
    const shop = openShop();
    await shop.send();
    await shop.press('bun');
    const data = shop.dataOf('Remove');
    await shop.press('Remove');
    expect(await shop.press('Remove', { data })).toEqual([
      'answerCallbackQuery This menu has changed. Please choose again.',
      'editMessageText bun',
    ]);
    expect(shop.pressed).toEqual(['bun']);
    expect(shop.labels()).toEqual(['Say', 'Close', 'Back']);
    expect(shop.counted).toEqual(['button-changed']);
  });

  it('redraws itself on a press from another version, but refuses one with a payload, which may mean something else now', async () => {
    const shop = openShop();
    await shop.send();
    const [empty, bun] = [shop.dataOf('Empty'), shop.dataOf('bun')];
    expect(await shop.press('', { data: empty, version: '2' })).toEqual([
      'answerCallbackQuery This menu has changed. Please choose again.',
      'editMessageText 2 in the cart',
    ]);
    const gone = ['answerCallbackQuery This button is no longer in use.'];
    expect(await shop.press('', { data: bun, version: '2' })).toEqual(gone);
    const longer = z.string().min(9);
    expect(await shop.press('', { data: bun }, longer)).toEqual(gone);
    expect(await shop.press('', { data: empty.slice(0, -1) })).toEqual(gone);
    expect(shop.counted).toEqual([
      'button-changed',
      'button-outdated',
      'button-outdated',
      'button-forged',
    ]);
  });

  it('lets a handler show its own notice, or close the menu instead of redrawing it', async () => {
    const shop = openShop();
    await shop.send();
    await shop.press('ale');
    expect(await shop.press('Say')).toEqual([
      'answerCallbackQuery That is ale.',
      'editMessageText ale',
    ]);
    expect(await shop.press('Close')).toEqual(['answerCallbackQuery']);
  });

  it('in a group, reacts only to the person to whom it was shown, unless it is for everyone', async () => {
    const update = message({ chat: group, text: '/cart' });
    const shop = openShop();
    await shop.send(update);
    expect(await shop.press('Empty', { from: bea, chat: group })).toEqual([
      'answerCallbackQuery This button is for another user.',
    ]);
    expect(await shop.press('ale', { from: bea, chat: group })).toHaveLength(1);
    expect(await shop.press('ale', { chat: group })).toHaveLength(2);
    const shared = openShop({ everyone: true });
    await shared.send(update);
    await shared.press('Empty', { from: bea, chat: group });
    expect(shared.cart).toEqual([]);
  });

  it('does not fail when its message was deleted, but does when Telegram refuses what it draws', async () => {
    const shop = openShop();
    await shop.send();
    const refuse = (description: string) =>
      shop.telegram.answers.set(
        'editMessageText',
        new TelegramError({ error_code: 400, description }),
      );
    refuse('Bad Request: message to edit not found');
    await shop.press('ale');
    refuse('Bad Request: BUTTON_DATA_INVALID');
    await expect(shop.press('ale', { data: shop.dataOf('Back') })).rejects.toThrow('BUTTON_DATA');
  });

  it('changes only the buttons of a message that the bot sends itself', async () => {
    const turns = openTurns();
    const buttons = createButtons<TurnContext>({ secret, version: '1' });
    const menu = buttons.menu('likes');
    let likes = 0;
    const handler = menu.on(() => ({
      rows: [[{ text: `♥ ${likes}`, key: 'like', press: () => void (likes += 1) }]],
    }));
    const ctx = turns.context(message());
    await expect(menu.send(ctx)).rejects.toThrow('menu "likes": has no text; use markup()');
    const { reply_markup } = await menu.markup(ctx);
    const [like] = reply_markup.inline_keyboard.flat() as { callback_data: string }[];
    await turns.passes(handler, press(like!.callback_data));
    expect(turns.telegram.calls.at(-1)).toMatchObject({
      method: 'editMessageReplyMarkup',
      payload: { reply_markup: { inline_keyboard: [[{ text: '♥ 1' }]] } },
    });
  });

  it('refuses what cannot work, and names the menu', async () => {
    const buttons = createButtons<TurnContext>({ secret, version: '1' });
    const ctx = openTurns().context(message());
    const menu = buttons.menu('a', z.string());
    await expect(menu.send(ctx, 'x')).rejects.toThrow(
      'menu "a": is shown, but on() was not called',
    );
    const key = { text: 'x', key: 'k', press: () => undefined };
    let rows = [[key], [key]];
    const draw = () => ({ text: 'x', rows });
    menu.on(draw);
    await expect(menu.send(ctx, 'x')).rejects.toThrow('menu "a": two buttons have the key "k"');
    rows = [[{ ...key, key: 'a b' }]];
    await expect(menu.send(ctx, 'x')).rejects.toThrow('menu "a": the key "a b" must have only');
    rows = [[key]];
    await expect(menu.send(ctx, 'x'.repeat(60))).rejects.toThrow(
      'menu "a": the button\'s data takes',
    );
    expect(() => menu.at(1 as never)).toThrow('menu "a": the payload does not fit its schema');
    expect(() => menu.on(draw)).toThrow('menu "a": on() is called twice');
    expect(() => buttons.action('a')).toThrow('action "a": the name is already in use');
  });
});
