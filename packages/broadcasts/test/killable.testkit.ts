import type { Redis } from '@chatlane/redis';
import { createKillable } from '@chatlane/testing';
import {
  createBroadcastRunner,
  type BroadcastRunner,
  type BroadcastRunnerOptions,
  type BroadcastSender,
} from '../src/index.js';

/** What a runner is about to do, or has done: a Redis command or script, or a message that left. */
export type Step = { redis: string } | { left: number };

/** A runner that is killed at one of its steps: afterwards, nothing it does has any effect. */
export interface KillableRunner {
  isDead(): boolean;
  runner: BroadcastRunner;
  /** Releases what a killed process would have lost. */
  bury(): void;
}

/** @param isLast whether this step is the last one: it takes effect, but its answer is lost */
export function createKillableRunner(
  options: Omit<BroadcastRunnerOptions, 'redis' | 'sender'>,
  redis: Redis,
  sender: BroadcastSender,
  isLast: (step: Step) => boolean,
): KillableRunner {
  const { isDead, never, arm, take, bury } = createKillable(redis, {
    stepOf: (name, argument): Step => ({ redis: `${name} ${argument}` }),
    isLast,
  });
  const made = createBroadcastRunner({
    ...options,
    redis,
    sender: {
      async send(call, { begin, signal }) {
        const mayBegin = (): Promise<boolean> => (isDead() ? never : begin());
        const result = await sender.send(call, { begin: mayBegin, signal });
        if (result.outcome === 'not-sent') return result;
        const left = call.payload['chat_id'] as number;
        return take({ left }, () => Promise.resolve(result));
      },
    },
  });
  return {
    isDead,
    runner: {
      async start() {
        await made.start();
        arm();
      },
      stop: (deadline) => made.stop(deadline),
    },
    bury() {
      bury();
      void made.stop(AbortSignal.abort()).catch(() => undefined);
    },
  };
}
