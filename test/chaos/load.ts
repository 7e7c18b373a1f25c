import { setTimeout as sleep } from 'node:timers/promises';
import type { KnownUpdate } from './checker/history.js';
import type { Random } from './random.js';

/** Chats whose people only send what is handled well. */
const CALM_CHATS = 40;
/** Chats that also get what is slow, hangs, throws or kills. */
const TROUBLED_CHATS = 20;
/**
 * Chats that are at work a third of the time, and have mail after every outage: a worker that is struck holds some of them,
 * and finds them in the hands of another one when it comes back.
 */
const BUSY_CHATS = 16;
const BUSY_MS = [100, 500] as const;
const BUSY_PER_SECOND = 1.2;
/** Of the messages, this share is followed by a reaction: Telegram delivers those of a chat on a road of their own. */
const REACTING = 0.3;
const EVERY_MS = 100;

/** Every lane that may get mail. */
export const LOADED_LANES: readonly string[] = Array.from(
  { length: CALM_CHATS + TROUBLED_CHATS + BUSY_CHATS },
  (_, index) => `c:${index + 1}`,
);

/** Writes in the chats of others; its turns keep their books in the sessions of those. The ledger bot knows the number. */
const STRANGER = 999;

interface Said {
  chat: number;
  text: string;
  /** Default: the user of the chat. */
  from?: number;
}

/** Stands for the text of an update that has none. */
const REACTION = 'a reaction';

/** What Telegram was given to hand over. */
export interface Load {
  updates: readonly KnownUpdate[];
  /** From one of the troubled chats. */
  send(text: string): Promise<void>;
  /** The same; while it is handled, a stranger cancels there, and the user cancels another bot. */
  sendAndDisturb(text: string): Promise<void>;
  /** Ends the stream of messages. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  play<T>(path: string, body?: object): Promise<T>;
  random: Random;
  updatesPerSecond: number;
}

/** People in many chats write, at a steady pace; every update is remembered. */
export function startLoad(options: LoadOptions): Load {
  const { random, updatesPerSecond } = options;
  const updates: KnownUpdate[] = [];
  let going = true;
  let messageId = 0;

  async function post(given: readonly Said[]): Promise<void> {
    const said = given.flatMap((each) =>
      random.chance(REACTING) ? [each, { ...each, text: REACTION }] : [each],
    );
    const bodies = said.map(({ chat: id, text, from = id }) => {
      const user = { id: from, is_bot: false, first_name: 'A' };
      const chat = { id, type: 'private' };
      const date = Math.floor(Date.now() / 1_000);
      if (text !== REACTION) {
        const command = { type: 'bot_command', offset: 0, length: text.length };
        const entities = text.startsWith('/') ? [command] : [];
        return {
          message: { message_id: (messageId += 1), date, from: user, chat, text, entities },
        };
      }
      const reactions = { old_reaction: [], new_reaction: [{ type: 'emoji', emoji: '👍' }] };
      return { message_reaction: { chat, message_id: messageId, user, date, ...reactions } };
    });
    const { update_ids } = await options.play<{ update_ids: number[] }>('/play/updates', bodies);
    for (const [index, { chat, text, from = chat }] of said.entries()) {
      updates.push({
        update: update_ids[index]!,
        lane: `c:${chat}`,
        user: from,
        text,
        doomed: text === 'poison',
        calm: chat <= CALM_CHATS,
      });
    }
  }

  function work(): Said[] {
    return Array.from({ length: BUSY_CHATS }, (_, index) => CALM_CHATS + TROUBLED_CHATS + 1 + index)
      .filter(() => random.chance((BUSY_PER_SECOND * EVERY_MS) / 1_000))
      .map((chat) => ({ chat, text: `slow ${random.between(...BUSY_MS)}` }));
  }

  const running = (async () => {
    while (going) {
      const count = Math.ceil((updatesPerSecond * EVERY_MS) / 1_000);
      const chats = Array.from({ length: count }, () =>
        random.between(1, CALM_CHATS + TROUBLED_CHATS),
      );
      await post([...chats.map((chat) => ({ chat, text: 'hello' })), ...work()]);
      await sleep(EVERY_MS);
    }
  })();

  const troubledChat = (): number => CALM_CHATS + random.between(1, TROUBLED_CHATS);

  return {
    updates,
    send: (text) => post([{ chat: troubledChat(), text }]),
    async sendAndDisturb(text) {
      const chat = troubledChat();
      await post([{ chat, text }]);
      // The chat may have other mail in front of it.
      for (let times = 0; times < 4; times += 1) {
        await sleep(400);
        await post([
          { chat, text: '/cancel', from: STRANGER },
          { chat, text: '/cancel@another_bot' },
        ]);
      }
    },
    async stop() {
      going = false;
      await running;
    },
  };
}
