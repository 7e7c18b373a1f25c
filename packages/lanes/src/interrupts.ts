import { databaseOf, type Redis } from '@chatlane/redis';
import type { Partitions } from './partition.js';

/** Listens for interruptions: a user's `/cancel` stops the turn that runs before it, on whichever worker. */
export interface Interrupts {
  start(): Promise<void>;
  stop(): void;
}

/** `subscriber` is a connection of its own: Redis allows no other commands on it. */
export function createInterrupts(
  subscriber: Redis,
  partitions: Partitions,
  onInterrupt: (lane: string, eventId: string) => void,
): Interrupts {
  // It reconnects by itself; the worker's own connection is the one that reports an outage.
  subscriber.on('error', () => undefined);
  subscriber.on('message', (_channel: string, message: string) => {
    const end = message.lastIndexOf('|');
    onInterrupt(message.slice(0, end), message.slice(end + 1));
  });
  return {
    async start() {
      const database = databaseOf(subscriber);
      await subscriber.subscribe(...partitions.all.map((keys) => keys.interrupt(database)));
    },
    stop: () => subscriber.disconnect(),
  };
}
