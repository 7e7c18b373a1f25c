import { z } from 'zod';
import { message, openTurns } from '../guards/chat.testkit.js';
import type { TurnContext } from '../turn/turn.js';
import { deepLink, type DeepLinkOptions } from './deep-link.js';

const secret = 'a secret of the tests';
const schema = z.object({ by: z.number() });

function openBot(options?: DeepLinkOptions, payload: z.ZodType<unknown> = schema, name = 'ref') {
  const turns = openTurns();
  const link = deepLink(name, payload, options);
  const taken: unknown[] = [];
  const middleware = link.on<TurnContext>((_ctx, value) => taken.push(value));
  return {
    ...turns,
    link,
    taken,
    async open(url: string) {
      const text = `/start ${new URL(url).searchParams.get('start')}`;
      const entities = [{ type: 'bot_command', offset: 0, length: 6 }];
      return (await turns.passes(middleware, message({ text, entities }))) ? 'passed' : 'taken';
    },
  };
}

describe('a deep link', () => {
  it.each([
    ['without a signature', {}],
    ['with one', { secret }],
  ])('passes its payload to the handler, %s', async (_, options) => {
    const bot = openBot(options);
    const url = bot.link.url('my_bot', { by: 42 });
    expect(url).toMatch(/^https:\/\/t\.me\/my_bot\?start=ref-[\w-]{1,60}$/);
    expect(await bot.open(url)).toBe('taken');
    expect(bot.taken).toEqual([{ by: 42 }]);
  });

  it('passes on every other /start', async () => {
    const bot = openBot();
    for (const url of [
      'https://t.me/b?start=',
      'https://t.me/b?start=ref',
      'https://t.me/b?start=other-e30',
    ])
      expect(await bot.open(url)).toBe('passed');
    expect(bot.counted).toEqual([]);
  });

  it('passes on, and counts, a payload that is forged or does not fit', async () => {
    const signed = openBot({ secret });
    const url = signed.link.url('my_bot', { by: 42 });
    const forged = [
      url.slice(0, -2) + (url.endsWith('AA') ? 'BB' : 'AA'),
      openBot().link.url('my_bot', { by: 42 }),
      openBot({ secret: 'some other secret' }).link.url('my_bot', { by: 42 }),
      openBot({ secret }, schema, 'prize').link.url('my_bot', { by: 42 }).replace('prize', 'ref'),
    ];
    for (const each of forged) expect(await signed.open(each)).toBe('passed');
    expect(signed.counted).toEqual(Array(4).fill('link-refused'));
    expect(signed.taken).toEqual([]);

    const open = openBot();
    expect(await open.open('https://t.me/b?start=ref-bm8')).toBe('passed');
    const other = openBot({}, z.string());
    expect(await open.open(other.link.url('b', 'text'))).toBe('passed');
    expect(open.counted).toHaveLength(2);
  });

  it('is not created when its payload is too long or does not fit', () => {
    const { link } = openBot({}, z.string());
    expect(link.url('b', 'x'.repeat(43))).toHaveLength('https://t.me/b?start='.length + 64);
    expect(() => link.url('b', 'x'.repeat(44))).toThrow(
      'deep link "ref": the payload takes 66 characters, Telegram allows 64',
    );
    expect(() => link.url('b', 7)).toThrow('deep link "ref": the payload does not fit its schema');
    expect(() => deepLink('a-b', schema)).toThrow('deep link "a-b": the name must be');
    expect(() => deepLink('a', schema, { secret: 'short' })).toThrow('secret: must have');
  });
});
