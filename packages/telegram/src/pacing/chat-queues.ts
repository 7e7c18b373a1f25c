/** A place in the line of calls to one chat. */
export interface QueueEntry {
  /** Resolves when every call that was made before it has left. */
  untilFirst(): Promise<void>;
  /** False again when a call that was made earlier has joined the line meanwhile. */
  isFirst(): boolean;
  /** The call is under way: nothing passes it. */
  markUnderWay(): void;
  /** The call was refused and waits again, in its old place. */
  requeue(): void;
  /** Lets the next one go first. May be called more than once. */
  leave(): void;
}

/** Calls to one chat that wait, in the order in which they were made. */
export interface ChatQueues {
  has(key: string): boolean;
  /** `number`: calls that were made earlier have lower ones, and go first although they joined later. */
  join(key: string, number: number): QueueEntry;
}

interface Waiting {
  readonly number: number;
  isUnderWay: boolean;
  goFirst: (() => void) | undefined;
}

export function createChatQueues(): ChatQueues {
  const lines = new Map<string, Waiting[]>();

  function insert(line: Waiting[], waiting: Waiting): void {
    const later = line.findIndex((other) => !other.isUnderWay && other.number > waiting.number);
    line.splice(later < 0 ? line.length : later, 0, waiting);
    line[0]?.goFirst?.();
  }

  function remove(line: Waiting[], waiting: Waiting): void {
    const index = line.indexOf(waiting);
    if (index >= 0) line.splice(index, 1);
    line[0]?.goFirst?.();
  }

  return {
    has: (key) => lines.has(key),
    join(key, number) {
      const line = lines.get(key) ?? [];
      lines.set(key, line);
      const waiting: Waiting = { number, isUnderWay: false, goFirst: undefined };
      insert(line, waiting);
      return {
        isFirst: () => line[0] === waiting,
        untilFirst: () =>
          new Promise((resolve) => {
            waiting.goFirst = resolve;
            line[0]?.goFirst?.();
          }),
        markUnderWay() {
          waiting.isUnderWay = true;
        },
        requeue() {
          remove(line, waiting);
          waiting.isUnderWay = false;
          insert(line, waiting);
        },
        leave() {
          remove(line, waiting);
          if (line.length === 0 && lines.get(key) === line) lines.delete(key);
        },
      };
    },
  };
}
