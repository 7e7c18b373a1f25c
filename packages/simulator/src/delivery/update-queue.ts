import type { Clock } from '../clock.js';
import { telegramLane } from './telegram-lane.js';

/** An update that has not been delivered yet. */
export interface QueuedUpdate {
  updateId: number;
  kind: string;
  lane: string;
  /** The chat it belongs to, if any. Faults can target it. */
  chatId: number | undefined;
  body: Buffer;
  /** The time (Telegram's) at which it is dropped. */
  expiresAtMs: number;
}

/** The bot's pending updates in order of arrival. The webhook and getUpdates both consume it. */
export interface UpdateQueue {
  /** Queues an update. Undefined when its kind is not allowed or the queue is full. */
  push(kind: string, payload: unknown): QueuedUpdate | undefined;
  /** Queues a raw update of any kind. An update_id in it is kept, even one that was used before. */
  inject(update: Record<string, unknown>): QueuedUpdate | undefined;
  pending(): Iterable<QueuedUpdate>;
  size(): number;
  remove(update: QueuedUpdate): void;
  clear(): void;
  /** Sets the next update_id. It may go up or down, as Telegram's does after a week without updates. */
  jumpTo(updateId: number): void;
  /** Calls the listener for each update queued from now on. Returns a function that unsubscribes it. */
  onPush(listener: (update: QueuedUpdate) => void): () => void;
}

export interface UpdateQueueOptions {
  clock: Clock;
  firstUpdateId: number;
  isAllowed: (kind: string) => boolean;
}

/** Further updates are dropped, as at Telegram (td TQueueImpl). */
const maxUpdates = 100_000;
const maxBytes = 128 * 2 ** 20;

export function createUpdateQueue(options: UpdateQueueOptions): UpdateQueue {
  const { clock, isAllowed } = options;
  const queue = new Set<QueuedUpdate>();
  const listeners = new Set<(update: QueuedUpdate) => void>();
  let nextUpdateId = options.firstUpdateId;
  let bytes = 0;

  function add(updateId: number, fields: Record<string, unknown>): QueuedUpdate | undefined {
    const [kind = 'unknown', payload] = Object.entries(fields)[0] ?? [];
    const { lane, lifeMs } = telegramLane(kind, payload);
    const update: QueuedUpdate = {
      updateId,
      kind,
      lane,
      chatId: chatIdIn(payload),
      body: updateBody(updateId, fields),
      expiresAtMs: clock.elapsedMs() + lifeMs,
    };
    if (queue.size >= maxUpdates || bytes + update.body.length > maxBytes) return undefined;
    bytes += update.body.length;
    queue.add(update);
    for (const listener of listeners) listener(update);
    return update;
  }

  return {
    push(kind, payload) {
      if (!isAllowed(kind)) return undefined;
      nextUpdateId += 1;
      return add(nextUpdateId - 1, { [kind]: payload });
    },
    inject({ update_id: given, ...fields }) {
      const updateId = Number.isSafeInteger(given) ? (given as number) : nextUpdateId;
      nextUpdateId = Math.max(nextUpdateId, updateId + 1);
      return add(updateId, fields);
    },
    pending: () => queue,
    size: () => queue.size,
    remove(update) {
      if (queue.delete(update)) bytes -= update.body.length;
    },
    clear() {
      queue.clear();
      bytes = 0;
    },
    jumpTo(updateId) {
      nextUpdateId = updateId;
    },
    onPush(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function chatIdIn(payload: unknown): number | undefined {
  const { chat, message, from } = (payload ?? {}) as Record<string, Record<string, unknown>>;
  const id =
    chat?.['id'] ?? (message?.['chat'] as { id?: unknown } | undefined)?.id ?? from?.['id'];
  return typeof id === 'number' ? id : undefined;
}

/**
 * An update's bytes as Telegram writes them: `{"update_id":N,\n"message":{...}}`, with non-ASCII characters as `\uXXXX`
 * (td's JsonBuilder). A webhook body and a getUpdates answer contain the same text.
 */
function updateBody(updateId: number, fields: Record<string, unknown>): Buffer {
  const parts = Object.entries(fields).map(
    ([name, value]) => `,\n${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  return Buffer.from(escapeNonAscii(`{"update_id":${updateId}${parts.join('')}}`), 'latin1');
}

function escapeNonAscii(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
