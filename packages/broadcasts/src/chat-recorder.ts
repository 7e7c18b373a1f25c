import type { Redis } from '@chatlane/redis';
import { broadcastKeys } from './keys.js';
import { sawChatsScript } from './scripts.js';

/** How often a process writes the chats that it has seen: one command for all of them. */
const FLUSH_MS = 5_000;

/** How many chats one command records; beyond that a process writes early. */
const MOST = 2_000;

interface SeenRecord {
  readonly atMs: number;
  readonly language: string;
  readonly state: '' | 'blocked';
}

/** Records which chats updates come from. */
export interface ChatRecorder {
  /** Notes the chat of an update. It is written within five seconds, together with others. */
  saw(update: Readonly<Record<string, unknown>>): void;
  /** Writes what it has noted, and records nothing more. */
  stop(): Promise<void>;
}

/** Options of `createChatRecorder`. */
export interface ChatRecorderOptions {
  /** A connection that fails fast: what cannot be written is written later. */
  redis: Redis;
  /** The deployment's name, CHATLANE_NAME. */
  name: string;
  /** Called when a write fails. Default: the failure is ignored. */
  onTrouble?: (error: unknown) => void;
}

/** Creates a recorder. It has one timer, and only while there is something to write. */
export function createChatRecorder(options: ChatRecorderOptions): ChatRecorder {
  const { redis, name, onTrouble } = options;
  const { scope } = broadcastKeys(name);
  let seen = new Map<number, SeenRecord>();
  let timer: NodeJS.Timeout | undefined;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const written = seen;
    seen = new Map();
    const now = performance.now();
    const args = [...written].flatMap(([chat, { atMs, language, state }]) => [
      chat,
      Math.round(now - atMs),
      language,
      state,
    ]);
    try {
      await sawChatsScript.run(redis, scope, args);
    } catch (error) {
      onTrouble?.(error);
      // The newer record of a chat wins. Chats that do not fit into one command are dropped: they will be seen again.
      for (const [chat, sight] of written) {
        if (!seen.has(chat) && seen.size < MOST) seen.set(chat, sight);
      }
      schedule();
    }
  }

  function schedule(): void {
    timer ??= setTimeout(() => void flush(), FLUSH_MS).unref();
  }

  return {
    saw(update) {
      const found = readSeenChat(update);
      if (found === undefined) return;
      const { chatId, language, state } = found;
      const before = seen.get(chatId);
      const known = language || before?.language || '';
      seen.set(chatId, { atMs: performance.now(), language: known, state });
      if (seen.size >= MOST) void flush();
      else schedule();
    },
    async stop() {
      if (seen.size > 0) await flush();
      clearTimeout(timer);
    },
  };
}

/** Updates from chats that the bot cannot write to as itself. */
const OTHERS = /^(business_|edited_business_|deleted_business_|guest_)/;

function readSeenChat(
  update: Readonly<Record<string, unknown>>,
): { chatId: number; language: string; state: SeenRecord['state'] } | undefined {
  const kind = Object.keys(update).find((name) => name !== 'update_id');
  const body = kind === undefined || OTHERS.test(kind) ? undefined : field(update, kind);
  const message = field(body, 'message');
  if (field(message, 'business_connection_id') !== undefined) return undefined;
  const chatId = field(field(body, 'chat') ?? field(message, 'chat'), 'id');
  if (typeof chatId !== 'number') return undefined;
  const from = field(body, 'from');
  const code = field(from, 'id') === chatId ? field(from, 'language_code') : undefined;
  const language = typeof code === 'string' && /^[\w-]{2,16}$/.test(code) ? code.toLowerCase() : '';
  const status =
    kind === 'my_chat_member' ? field(field(body, 'new_chat_member'), 'status') : undefined;
  const state = status === 'kicked' || status === 'left' ? 'blocked' : '';
  return { chatId, language, state };
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Record<string, unknown>)[name];
}
