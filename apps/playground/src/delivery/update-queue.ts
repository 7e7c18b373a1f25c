import type { Clock } from '../clock.js';
import { telegramLane } from './telegram-lane.js';
import { updateBody } from './update-body.js';

/** An update that is not delivered yet. */
export interface QueuedUpdate {
  updateId: number;
  kind: string;
  lane: string;
  /** The chat it speaks of, if any: what faults can be aimed at. */
  chatId: number | undefined;
  body: Buffer;
  /** Telegram's time after which it is dropped. */
  expiresAtMs: number;
}

/** The bot's pending updates, in the order they came. Webhook and getUpdates both take from here. */
export interface UpdateQueue {
  /** Queues what Telegram made. Undefined: the kind is not among allowed_updates, or the queue is full. */
  push(kind: string, payload: unknown): QueuedUpdate | undefined;
  /** Queues a raw update, whether its kind is allowed or not; an id it brings is kept, also one that was used before. */
  inject(update: Record<string, unknown>): QueuedUpdate | undefined;
  pending(): Iterable<QueuedUpdate>;
  size(): number;
  remove(update: QueuedUpdate): void;
  clear(): void;
  /** The next update_id to be assigned; may go up or down, as Telegram's does after a quiet week. */
  jumpTo(updateId: number): void;
  /** Called for each update queued from now on; the answer ends it. */
  onPush(listener: (update: QueuedUpdate) => void): () => void;
}

export interface UpdateQueueOptions {
  clock: Clock;
  firstUpdateId: number;
  isAllowed: (kind: string) => boolean;
}

/** More is lost, as at Telegram (td TQueueImpl). */
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
