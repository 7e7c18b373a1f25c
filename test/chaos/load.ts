import { setTimeout as sleep } from 'node:timers/promises';
import type { KnownUpdate } from './checker/history.js';
import type { Random } from './random.js';

/** Chats that only send messages whose handlers behave well. */
const CALM_CHATS = 40;
/** Chats that also send messages whose handlers are slow, hang, throw or kill the worker. */
const TROUBLED_CHATS = 20;
/**
 * Chats whose turns run a third of the time, and that have mail after every outage. A worker that is struck holds some of
 * them, and another worker holds them when it comes back.
 */
const BUSY_CHATS = 16;
const BUSY_MS = [100, 500] as const;
const BUSY_PER_SECOND = 1.2;
/** The share of messages followed by a reaction, which Telegram delivers independently of the chat's messages. */
const REACTING = 0.3;
const EVERY_MS = 100;

/** All lanes that the load uses. */
export const LOADED_LANES: readonly string[] = Array.from(
  { length: CALM_CHATS + TROUBLED_CHATS + BUSY_CHATS },
  (_, index) => `c:${index + 1}`,
);

/** Writes in other users' chats; its turns are recorded in the sessions of those users. The ledger bot has the same id. */
const STRANGER = 999;

interface Written {
  chat: number;
  text: string;
  /** Default: the user of the chat. */
  from?: number;
}

/** Stands for the text of an update that has none. */
const REACTION = 'a reaction';

/** The load that the simulator delivers. */
export interface Load {
  updates: readonly KnownUpdate[];
  /** Sends a message from one of the troubled chats. */
  send(text: string): Promise<void>;
  /** Like `send`. Meanwhile another user sends `/cancel`, and the chat's own user sends `/cancel` to another bot. */
  sendAndDisturb(text: string): Promise<void>;
  /** Ends the stream of messages. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  play<T>(path: string, body?: object): Promise<T>;
  random: Random;
  updatesPerSecond: number;
}

/** Sends updates from many chats at a steady rate, and remembers every update. */
export function startLoad(options: LoadOptions): Load {
  const { random, updatesPerSecond } = options;
  const updates: KnownUpdate[] = [];
  let going = true;
  let messageId = 0;

  async function post(given: readonly Written[]): Promise<void> {
    const messages = given.flatMap((each) =>
      random.chance(REACTING) ? [each, { ...each, text: REACTION }] : [each],
    );
    const bodies = messages.map(({ chat: id, text, from = id }) => {
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
    for (const [index, { chat, text, from = chat }] of messages.entries()) {
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

  function work(): Written[] {
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
      // Other mail of the chat may be handled first.
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
