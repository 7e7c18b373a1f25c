/** A call's entry in the queue of its chat. */
export interface QueueEntry {
  /** Resolves when every earlier call has left the queue. */
  untilFirst(): Promise<void>;
  /** May become false again when an earlier call joins the queue late. */
  isFirst(): boolean;
  /** The call is being sent: no other call may overtake it. */
  markUnderWay(): void;
  /** The call got a 429 and waits again, in its old position. */
  requeue(): void;
  /** Removes the entry. May be called more than once. */
  leave(): void;
}

/** Waiting calls, queued by chat in the order in which they were made. */
export interface ChatQueues {
  /** Whether calls are queued under this key. */
  has(key: string): boolean;
  /** `order` is lower for calls that were made earlier; they go first even if they join later. */
  join(key: string, order: number): QueueEntry;
}

interface Waiting {
  readonly order: number;
  isUnderWay: boolean;
  goFirst: (() => void) | undefined;
}

export function createChatQueues(): ChatQueues {
  const queues = new Map<string, Waiting[]>();

  function insert(queue: Waiting[], waiting: Waiting): void {
    const later = queue.findIndex((other) => !other.isUnderWay && other.order > waiting.order);
    queue.splice(later < 0 ? queue.length : later, 0, waiting);
    queue[0]?.goFirst?.();
  }

  function remove(queue: Waiting[], waiting: Waiting): void {
    const index = queue.indexOf(waiting);
    if (index >= 0) queue.splice(index, 1);
    queue[0]?.goFirst?.();
  }

  return {
    has: (key) => queues.has(key),
    join(key, order) {
      const queue = queues.get(key) ?? [];
      queues.set(key, queue);
      const waiting: Waiting = { order, isUnderWay: false, goFirst: undefined };
      insert(queue, waiting);
      return {
        isFirst: () => queue[0] === waiting,
        untilFirst: () =>
          new Promise((resolve) => {
            waiting.goFirst = resolve;
            queue[0]?.goFirst?.();
          }),
        markUnderWay() {
          waiting.isUnderWay = true;
        },
        requeue() {
          remove(queue, waiting);
          waiting.isUnderWay = false;
          insert(queue, waiting);
        },
        leave() {
          remove(queue, waiting);
          if (queue.length === 0 && queues.get(key) === queue) queues.delete(key);
        },
      };
    },
  };
}
