import { fileURLToPath } from 'node:url';
import { until } from '@chatlane/testing';
import type { Act } from './acts.js';
import { startSystem, type TestSystem } from './system.js';

/** A disturbance of the workers while users act. */
export type Trouble = 'none' | 'kill' | 'deploy 1' | 'deploy 2' | 'deploy 3';

interface ChatMessage {
  message_id: number;
  text?: string;
  from: { is_bot: boolean };
  reply_markup?: { inline_keyboard?: { callback_data?: string }[][] };
}

/** Runs users of the versioned bot against real workers, which are killed and redeployed. */
export interface AnySequenceSystem {
  system: TestSystem;
  /** Runs one act per user and round, each round with its trouble; then every user sends /help. Resolves with each chat's last answer. */
  run: (
    users: readonly (readonly Act[])[],
    troubles: readonly Trouble[],
  ) => Promise<Map<number, string | undefined>>;
}

export async function startAnySequenceSystem(): Promise<AnySequenceSystem> {
  const workerEnv = {
    BOT_MODULE: fileURLToPath(new URL('any-version-bot.mjs', import.meta.url)),
    CODE: '1',
    MAX_ATTEMPTS: '4',
  };
  const system = await startSystem({ workers: 2, workerEnv });
  const play: TestSystem['play'] = (path, body) => system.play(path, body);
  let lastUser = 7_000;

  const history = (chat: number) => play<ChatMessage[]>(`/play/chats/${chat}/messages`);

  const person = (id: number) => ({ id, is_bot: false, first_name: 'Ann' });

  async function press(chat: number, { what, pick }: Extract<Act, { act: 'press' }>) {
    const shown = (await history(chat)).flatMap(({ message_id, reply_markup }) => {
      const buttons = reply_markup?.inline_keyboard?.flat() ?? [];
      return buttons.map(({ callback_data = '' }) => ({ message_id, data: callback_data }));
    });
    const among = what === 'current' ? shown.slice(-2) : shown;
    const button = among[pick % Math.max(1, among.length)];
    if (button === undefined) return;
    const { message_id, data } = button;
    const sent = what === 'forged' ? `${data.slice(0, -1)}${data.endsWith('A') ? 'B' : 'A'}` : data;
    // The simulator presses only buttons that exist.
    const callback_query = {
      id: `${chat}-${message_id}`,
      from: person(chat),
      chat_instance: '1',
      data: sent,
      message: { message_id, date: 1, chat: { id: chat, type: 'private' }, text: 'buttons' },
    };
    await play('/play/updates', { callback_query });
  }

  async function perform(chat: number, act: Act): Promise<void> {
    const where = { chat_id: chat, from_id: chat };
    if (act.act === 'press') return press(chat, act);
    if (act.act === 'own contact') await play('/play/contacts', where);
    if (act.act === 'contact of another')
      await play('/play/contacts', { ...where, contact_user_id: 7 });
    if (act.act === 'photo') {
      const photo = [{ file_id: 'f', file_unique_id: 'f', width: 1, height: 1 }];
      const about = { message_id: 1, date: 1, chat: { id: chat, type: 'private' } };
      const message = { ...about, from: person(chat), photo };
      await play('/play/updates', { message });
    }
    if (act.act !== 'say') return;
    for (const text of act.texts) if (text !== '') await play('/play/messages', { ...where, text });
  }

  async function strike(trouble: Trouble): Promise<void> {
    if (trouble === 'none') return;
    const victim = system.workers[0]!;
    if (trouble === 'kill') victim.kill('SIGKILL');
    else workerEnv.CODE = trouble.slice(-1);
    await system.startWorker();
    if (trouble !== 'kill') await victim.stop();
    await victim.exited;
  }

  return {
    system,
    async run(users, troubles) {
      const chats = users.map((acts) => ({ acts, id: (lastUser += 1) }));
      await Promise.all(
        chats.map(({ id }) => play('/play/messages', { chat_id: id, from_id: id, text: '/start' })),
      );
      for (const [round, trouble] of troubles.entries()) {
        const acting = chats.map(async ({ id, acts }) => {
          const act = acts[round];
          if (act) await perform(id, act);
        });
        await Promise.all([...acting, strike(trouble)]);
      }
      await system.untilQuiet();
      const last = chats.map(async ({ id }) => {
        const before = (await history(id)).filter(({ from }) => from.is_bot).length;
        await play('/play/messages', { chat_id: id, from_id: id, text: '/help' });
        const answer = await until(async () => {
          const all = (await history(id)).filter(({ from }) => from.is_bot);
          return all.length > before && all;
        }, `an answer to /help in chat ${id}`);
        return [id, answer.at(-1)!.text] as const;
      });
      const answers = new Map(await Promise.all(last));
      await system.untilQuiet();
      return answers;
    },
  };
}
