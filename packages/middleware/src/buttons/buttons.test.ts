import { Composer } from 'telegraf';
import { z } from 'zod';
import { ann, bea, group, openTurns, press } from '../guards/chat.testkit.js';
import type { TurnContext } from '../turn/turn.js';
import type { ButtonBounds } from './button-signer.js';
import { createButtons } from './buttons.js';

const secret = 'a secret of the tests';
const file = z.object({ file: z.number() });

/** A bot with one kind of button, and the payloads of the presses that it handled. */
function openBot(version = '1', schema: z.ZodType = file) {
  const turns = openTurns();
  const buttons = createButtons<TurnContext>({ secret, version });
  const remove = buttons.action('remove', schema);
  const handled: unknown[] = [];
  const removed = remove.on((_ctx, payload) => handled.push(payload));
  return {
    ...turns,
    handled,
    data: (bounds?: ButtonBounds, payload: unknown = { file: 7 }) =>
      remove.button('Remove', payload, bounds).callback_data,
    async press(data: string, content: object = {}) {
      const both = Composer.compose([removed, buttons.rest]);
      const passed = await turns.passes(both, press(data, content));
      return passed ? 'passed' : turns.said().join();
    },
  };
}

const gone = 'This button is no longer in use.';

describe('a button', () => {
  it('passes its payload to the handler, typed by its schema', async () => {
    const bot = openBot();
    await bot.press(bot.data());
    expect(bot.handled).toEqual([{ file: 7 }]);
    expect(bot.counted).toEqual([]);
  });

  it('refuses a payload that would be read back as something else', () => {
    const buttons = createButtons<TurnContext>({ secret, version: '1' });
    const any = buttons.action('any', z.unknown());
    expect(() => any.button('x', { n: [NaN] })).toThrow('action "any": payload.n[0] is NaN, which');
    expect(() => any.button('x', new Date())).toThrow('action "any": payload is a Date, which');
    const text = buttons.action('text', z.object({ at: z.any().transform(String) }));
    expect(() => text.button('x', { at: new Set() })).toThrow('payload.at is a Set');
  });

  it('may have a Date that its schema reads back', async () => {
    const bot = openBot('1', z.object({ at: z.coerce.date() }));
    const at = new Date('2000-01-02T00:00:00.000Z');
    await bot.press(bot.data({}, { at }));
    expect(bot.handled).toEqual([{ at }]);
  });

  it('does not share defaults of its schema between presses', async () => {
    const inner = z.object({ list: z.array(z.string()) }).default({ list: [] });
    const bot = openBot('1', z.object({ inner }));
    await bot.press(bot.data({}, {}));
    (bot.handled[0] as { inner: { list: string[] } }).inner.list.push('first');
    await bot.press(bot.data({}, {}));
    expect(bot.handled[1]).toEqual({ inner: { list: [] } });
  });

  it('has the same data each time for the same payload', () => {
    expect(openBot().data()).toBe(openBot().data());
    const plain = createButtons({ secret, version: '1' }).action('yes');
    expect(plain.button('Yes')).toEqual({
      text: 'Yes',
      callback_data: expect.stringMatching(/^~.{12}1\.yes\.\.$/) as string,
      hide: false,
    });
  });

  it('counts as forged when any character is changed', async () => {
    const bot = openBot();
    const data = bot.data({ user: ann.id, expires: new Date(Date.now() + 60_000) });
    let tries = 0;
    for (let at = 1; at < data.length; at += 1) {
      const other = data[at] === '1' ? '2' : '1';
      expect(await bot.press(data.slice(0, at) + other + data.slice(at + 1))).toBe(gone);
      tries += 1;
    }
    expect(bot.counted).toEqual(Array(tries).fill('button-forged'));
    expect(bot.handled).toEqual([]);
  });

  it('counts as forged when it has another secret, or is bound to another chat', async () => {
    const bot = openBot();
    const foreign = createButtons({ secret: 'some other secret', version: '1' });
    const data = foreign.action('remove', file).button('x', { file: 7 }).callback_data;
    expect(await bot.press(data)).toBe(gone);
    const bound = bot.data({ chat: 42 });
    expect(await bot.press(bound, { message: { message_id: 1, date: 0, chat: group } })).toBe(gone);
    expect(await bot.press(bound, { message: undefined, inline_message_id: 'i' })).toBe(gone);
    expect(bot.counted).toEqual(Array(3).fill('button-forged'));
    await bot.press(bound);
    expect(bot.handled).toHaveLength(1);
  });

  it('is outdated after a deploy with another version or schema, or without its action', async () => {
    const data = openBot().data();
    const deploys = [
      openBot('2'),
      openBot('1', z.object({ file: z.string() })),
      openBot('1', z.undefined()),
    ];
    for (const bot of deploys) {
      expect(await bot.press(data)).toBe(gone);
      expect(bot.counted).toEqual(['button-outdated']);
      expect(bot.handled).toEqual([]);
    }
    const turns = openTurns();
    const { rest } = createButtons({ secret, version: '1' });
    expect(await turns.passes(rest, press(data))).toBe(false);
    expect(turns.counted).toEqual(['button-outdated']);
  });

  it('is outdated once it has expired, and refuses users other than its own', async () => {
    const bot = openBot();
    expect(await bot.press(bot.data({ expires: new Date(Date.now() - 1000) }))).toBe(gone);
    const bound = bot.data({ user: bea.id });
    expect(await bot.press(bound)).toBe('This button is for another user.');
    expect(bot.counted).toEqual(['button-outdated', 'button-not-yours']);
    await bot.press(bound, { from: bea });
    expect(bot.handled).toEqual([{ file: 7 }]);
  });

  it('passes on data of other middleware', async () => {
    const bot = openBot();
    expect(await bot.press('register:yes')).toBe('passed');
    expect(bot.counted).toEqual([]);
  });

  it('is not created when its payload is invalid or its data too long for Telegram', () => {
    const buttons = createButtons({ secret, version: '1' });
    const text = buttons.action('text', z.string().min(1));
    expect(() => text.button('x', '')).toThrow('action "text": the payload does not fit');
    const available = 64 - text.button('x', 'x').callback_data.length;
    const widest = text.button('x', `x${'y'.repeat(available)}`).callback_data;
    expect(Buffer.byteLength(widest)).toBe(64);
    expect(() => text.button('x', `x${'y'.repeat(available + 1)}`)).toThrow(
      'takes 65 bytes, Telegram allows 64',
    );
    expect(() => text.button('x', `x${'ü'.repeat(available)}`)).toThrow('Telegram allows 64');
    expect(() => buttons.action('text')).toThrow('the name is already in use');
    expect(() => createButtons({ secret: '', version: '1' })).toThrow('secret: ');
    expect(() => createButtons({ secret, version: '1.2' })).toThrow('version: ');
  });
});
