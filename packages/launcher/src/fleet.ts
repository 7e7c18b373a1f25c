import type { WatchedProcess } from '@chatlane/processes';
import type { Console } from './console.js';
import { keep, type Kept, type Part } from './keeper.js';

/** In the order they are stopped: what takes updates in first, what the others need last. */
const stopOrder = ['ingress', 'worker', 'downloader', 'playground', 'redis'] as const;
type Role = (typeof stopOrder)[number];

/** All processes of one instance. */
export interface Fleet {
  /** Starts a part and keeps it running from then on. */
  start<R extends WatchedProcess>(role: Role, part: Part<R>): Promise<Kept<R>>;
  /** Ends all of them role by role; a second call waits for the first. */
  stop(): Promise<void>;
  kill(): void;
}

/** `stopDeadlineMs`: how long a process may take to stop before it is killed. */
export function createFleet(console: Console, stopDeadlineMs: number): Fleet {
  const members: { role: Role; kept: Kept<WatchedProcess> }[] = [];
  let stopped: Promise<void> | undefined;

  async function stopAll(): Promise<void> {
    for (const role of stopOrder) {
      await Promise.all(members.filter((one) => one.role === role).map(({ kept }) => kept.stop()));
    }
  }

  return {
    async start(role, part) {
      if (stopped) throw new Error('stopping');
      const kept = keep(part, { say: console.say, stopDeadlineMs });
      members.push({ role, kept });
      await kept.start();
      return kept;
    },
    stop: () => (stopped ??= stopAll()),
    kill: () => members.forEach(({ kept }) => kept.kill()),
  };
}
