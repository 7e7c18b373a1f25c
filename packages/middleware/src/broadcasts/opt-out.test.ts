import { broadcastData, readBroadcastData } from '@chatlane/contracts';
import { ann, group, message, openTurns, press } from '../guards/chat.testkit.js';
import { broadcastOptOut } from './opt-out.js';

const open = () => {
  const wishes: string[] = [];
  const wish = (name: string) => (chat: number, topic: string) =>
    Promise.resolve(void wishes.push(`${chat} ${name} ${topic}`));
  const middleware = broadcastOptOut({
    store: { optOut: wish('out of'), optIn: wish('in to') },
    topics: { news: 'Subscribe to news', offers: (ctx) => `Offers for ${ctx.from?.first_name}` },
    stopped: 'No more.',
    started: 'Welcome back!',
  });
  return { ...openTurns(), wishes, middleware };
};

const command = (text: string, content: object = {}) =>
  message({
    text,
    entities: [{ type: 'bot_command', offset: 0, length: text.length }],
    ...content,
  });

describe('broadcastOptOut', () => {
  it('ends all topics with its command, and offers each of them again', async () => {
    const { telegram, passes, wishes, middleware } = open();
    expect(await passes(middleware, command('/stop'))).toBe(false);
    expect(wishes).toEqual(['42 out of news', '42 out of offers']);
    const [{ payload } = { payload: {} }] = telegram.calls;
    expect(payload).toMatchObject({
      text: 'No more.',
      reply_markup: {
        inline_keyboard: [
          [{ text: 'Subscribe to news', callback_data: 'broadcast:start:news' }],
          [{ text: 'Offers for Ann', callback_data: 'broadcast:start:offers' }],
        ],
      },
    });
  });

  it('ends and allows one topic with the buttons', async () => {
    const { said, passes, wishes, middleware } = open();
    await passes(middleware, press(broadcastData({ wish: 'stop', topic: 'news' })));
    await passes(middleware, press(broadcastData({ wish: 'start', topic: 'news' })));
    expect(wishes).toEqual(['42 out of news', '42 in to news']);
    expect(said()).toEqual(['No more.', 'Welcome back!']);
  });

  it('in groups, reacts only to admins', async () => {
    const { telegram, passes, wishes, middleware } = open();
    const inGroup = command('/stop', { chat: group, from: ann });
    telegram.answers.set('getChatMember', { status: 'member' });
    expect(await passes(middleware, inGroup, { lane: 'c:-1005' })).toBe(true);
    expect(wishes).toEqual([]);
    telegram.answers.set('getChatMember', { status: 'administrator' });
    await passes(middleware, inGroup, { lane: 'c:-1005' });
    expect(wishes).toEqual(['-1005 out of news', '-1005 out of offers']);
  });

  it('leaves other commands and buttons alone', async () => {
    const { passes, wishes, middleware } = open();
    expect(await passes(middleware, command('/start'))).toBe(true);
    expect(await passes(middleware, press('broadcast:other'))).toBe(true);
    expect(readBroadcastData('broadcast:stop:two words')).toBeUndefined();
    expect(wishes).toEqual([]);
  });
});
