import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '@chatlane/testing';
import { readStored } from '../harness/stored-state.js';
import { startSystem, type TestSystem } from '../harness/system.js';

const ADMIN = 501;
const askName = 'What is your name?';
const askEmail = 'What is your email address?';
const askIfRight = 'Name: Ann Lee\nEmail: ann@example.com\n\nIs this right?';
const registered = 'You are registered.\nName: Ann Lee\nEmail: ann@example.com';

interface ChatMessage {
  message_id: number;
  text?: string;
  from: { is_bot: boolean };
  reply_markup?: { inline_keyboard?: { text: string; callback_data: string }[][] };
}

const dir = mkdtempSync(join(tmpdir(), 'chatlane-migration-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('a group that migrates in the middle of a wizard', () => {
  const die = join(dir, 'die');
  let system: TestSystem;
  let lastGroup = -1_000;
  beforeAll(async () => {
    mkdirSync(die);
    system = await startSystem({
      workers: 2,
      workerEnv: {
        BOT_MODULE: fileURLToPath(new URL('../harness/dying-bot.mjs', import.meta.url)),
        DIE: die,
        LEASE_MS: '1000',
      },
    });
  });
  afterAll(() => system.stop());

  const say = (chat: number, text: string) =>
    system.play('/play/messages', { chat_id: chat, from_id: ADMIN, text });

  /** The bot's texts in a chat. */
  async function answersIn(chat: number): Promise<ChatMessage[]> {
    const history = await system.play<ChatMessage[]>(`/play/chats/${chat}/messages`);
    return history.filter(({ text, from }) => from.is_bot && text !== undefined);
  }

  async function hears(chat: number, texts: string[]): Promise<ChatMessage[]> {
    const answers = await until(async () => {
      const all = await answersIn(chat);
      return all.length >= texts.length && all;
    }, `${texts.length} answers in chat ${chat}`);
    expect(answers.map(({ text }) => text)).toEqual(texts);
    return answers;
  }

  /** A group whose admin has given the wizard a name. */
  async function inTheWizard(): Promise<number> {
    const group = (lastGroup -= 1);
    const people = { member_ids: [ADMIN], admin_ids: [ADMIN] };
    await system.play('/play/chats', { id: group, type: 'group', ...people });
    await say(group, '/register');
    await hears(group, [askName]);
    await say(group, 'Ann Lee');
    await hears(group, [askName, askEmail]);
    return group;
  }

  async function migrate(group: number, messages: readonly string[]): Promise<number> {
    const body = { chat_id: group, new_id: -1_002_000_000_000 + group, messages };
    return (await system.play<{ chat: { id: number } }>('/play/migrations', body)).chat.id;
  }

  async function finish(supergroup: number, before: string[] = []): Promise<void> {
    await say(supergroup, 'ann@example.com');
    const answers = await hears(supergroup, [...before, askIfRight]);
    const { message_id, reply_markup } = answers.at(-1)!;
    const yes = reply_markup!.inline_keyboard!.flat().find(({ text }) => text === 'Yes')!;
    const press = { chat_id: supergroup, message_id, from_id: ADMIN, data: yes.callback_data };
    await system.play('/play/presses', press);
    await hears(supergroup, [...before, askIfRight, registered]);
  }

  /** Expects that the old lane has no keys, no event was given up, and the bot repeated no message. */
  async function expectCalm(group: number, supergroup: number, texts: string[]): Promise<void> {
    await system.untilQuiet();
    const { sessions, leftovers, dead } = await readStored(system.redis, 'chatlane');
    expect(leftovers).toEqual([]);
    expect(dead).toEqual([]);
    expect(sessions.map(({ lane }) => lane)).not.toContain(`c:${group}`);
    await hears(supergroup, texts);
    expect(await system.redis.keys('*:users:*')).toEqual([]);
  }

  it.each([
    ['to', 'from'],
    ['from', 'to'],
  ])('continues it when %s arrives before %s', async (...order) => {
    const group = await inTheWizard();
    const supergroup = await migrate(group, order);
    await finish(supergroup);
    await expectCalm(group, supergroup, [askIfRight, registered]);
  });

  it('continues it, and redirects messages that the bot sends to the old chat meanwhile', async () => {
    const group = await inTheWizard();
    const wait = { kind: 'call-429', method: 'sendMessage', chat_id: group, count: 1 };
    await system.play('/play/faults', { ...wait, retryAfter: 1 });
    await say(group, 'ann at example');
    const refused = async (): Promise<boolean> =>
      (await system.play<{ status: number }[]>('/play/calls')).some(({ status }) => status === 429);
    await until(() => refused());
    const supergroup = await migrate(group, ['from', 'to']);
    const noEmail = expect.stringContaining('That is not an email address') as string;
    await hears(supergroup, [noEmail]);
    await finish(supergroup, [noEmail]);
    await expectCalm(group, supergroup, [noEmail, askIfRight, registered]);
  });

  // The steps: set the alias, store the session, delete the original, load the mail.
  for (const steps of [1, 2, 3, 4]) {
    it(`continues it when the worker that moves the lane is killed after step ${steps}`, async () => {
      if (system.workers.length < 2) await system.startWorker();
      const group = await inTheWizard();
      const before = system.workers.length;
      writeFileSync(join(die, String(steps)), '');
      // A move has four steps if there is only a session to move. Here the first message is mail to move as well.
      const supergroup = await migrate(group, steps % 2 === 0 ? ['to', 'from'] : ['from', 'to']);
      await until(() => system.workers.length !== before, 'a worker dies');
      expect(readdirSync(die)).toEqual([]);
      await finish(supergroup);
      await expectCalm(group, supergroup, [askIfRight, registered]);
    });
  }
});
