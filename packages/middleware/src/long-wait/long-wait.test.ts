import { Composer, Context, type Telegram } from 'telegraf';
import type { Update } from 'telegraf/types';
import { giveTurn } from '../turn/give-turn.js';
import type { TurnContext } from '../turn/turn.js';
import { sayAfterLongWait } from './long-wait.js';

const chat = { id: 42, type: 'private' as const, first_name: 'Ann' };
const from = { id: 42, is_bot: false, first_name: 'Ann' };

/** A chat in which every turn is committed. */
function openChat() {
  const sent: string[] = [];
  const kept = new Map<string, string | undefined>();
  let refusal: Error | undefined;
  const bot = new Composer<TurnContext>();
  bot.use(sayAfterLongWait({ afterMs: 60_000, text: () => 'Sorry for the wait.' }));
  bot.use(() => void sent.push('handled'));
  const telegram = {
    sendMessage(_chat: number, text: string) {
      if (refusal) return Promise.reject(refusal);
      sent.push(text);
      return Promise.resolve({});
    },
  } as unknown as Telegram;

  async function turn(content: object, waitedMs: number): Promise<string[]> {
    const before = sent.length;
    const ctx = new Context({ update_id: 1, ...content } as Update, telegram, {} as never);
    const info: TurnContext['turn'] = {
      lane: 'c:42',
      attempt: 1,
      waitedMs,
      signal: new AbortController().signal,
      sessionKey: 'c:42:42',
      sessions: {
        get: (key) => Promise.resolve(kept.get(key)),
        stage: (key, json) => void kept.set(key, json),
      },
    };
    await bot.middleware()(giveTurn(ctx, info, 1), () => Promise.resolve());
    return sent.slice(before);
  }
  return {
    kept,
    turn,
    say: (waitedMs: number) =>
      turn({ message: { message_id: 1, date: 1, chat, from, text: 'hi' } }, waitedMs),
    refuse: (error: Error) => void (refusal = error),
  };
}

describe('sayAfterLongWait', () => {
  it('apologises once for a backlog, and again for the next one', async () => {
    const test = openChat();
    expect(await test.say(3_600_000)).toEqual(['Sorry for the wait.', 'handled']);
    expect(await test.say(3_500_000)).toEqual(['handled']);
    // This update arrived before the end of the backlog.
    const [key, last] = [...test.kept][0]!;
    test.kept.set(key, String(Number(last) - 50_000));
    expect(await test.say(61_000)).toEqual(['handled']);
    test.kept.set(key, String(Date.now() - 70_000));
    expect(await test.say(61_000)).toEqual(['Sorry for the wait.', 'handled']);
  });

  it('sends and stores nothing when no user has waited', async () => {
    const test = openChat();
    expect(await test.say(60_000)).toEqual(['handled']);
    expect(await test.turn({ poll: { id: 'p' } }, 3_600_000)).toEqual(['handled']);
    expect(test.kept.size).toBe(0);
  });

  it('still runs the handler when the chat refuses the text', async () => {
    const test = openChat();
    test.refuse(Object.assign(new Error('blocked'), { nextAction: 'never' }));
    expect(await test.say(3_600_000)).toEqual(['handled']);
  });
});
