import type { WatchedProcess } from '@chatlane/processes';
import type { Console } from './console.js';
import { supervise, type Supervised, type Part } from './supervisor.js';

/** The order in which processes are stopped: first those that receive updates, last those that others need. */
const stopOrder = ['ingress', 'worker', 'downloader', 'playground', 'redis'] as const;
type Role = (typeof stopOrder)[number];

/** All processes of one running instance. */
export interface Fleet {
  /**
   * Starts a part and keeps it running from then on. Rejects if it does not start; it is then not part of the fleet.
   */
  start<R extends WatchedProcess>(role: Role, part: Part<R>): Promise<Supervised<R>>;
  /** Stops one process, which then leaves the fleet. */
  retire(supervised: Supervised<WatchedProcess>): Promise<void>;
  /** Stops all processes role by role; a second call waits for the first. */
  stop(): Promise<void>;
  kill(): void;
}

/** `stopDeadlineMs`: milliseconds that a process may take to stop before it is killed. */
export function createFleet(console: Console, stopDeadlineMs: number): Fleet {
  let members: { role: Role; supervised: Supervised<WatchedProcess> }[] = [];
  let stopped: Promise<void> | undefined;

  async function stopAll(): Promise<void> {
    for (const role of stopOrder) {
      await Promise.all(
        members.filter((one) => one.role === role).map(({ supervised }) => supervised.stop()),
      );
    }
  }

  const leave = (supervised: Supervised<WatchedProcess>): void => {
    members = members.filter((one) => one.supervised !== supervised);
  };

  return {
    async start(role, part) {
      if (stopped) throw new Error('stopping');
      const supervised = supervise(part, { say: console.say, stopDeadlineMs });
      members.push({ role, supervised });
      try {
        await supervised.start();
      } catch (error) {
        leave(supervised);
        throw error;
      }
      return supervised;
    },
    async retire(supervised) {
      await supervised.stop();
      leave(supervised);
    },
    stop: () => (stopped ??= stopAll()),
    kill: () => members.forEach(({ supervised }) => supervised.kill()),
  };
}
