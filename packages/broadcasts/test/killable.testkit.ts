import type { Redis } from '@chatlane/redis';
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
export function createKillable(
  options: Omit<BroadcastRunnerOptions, 'redis' | 'sender'>,
  redis: Redis,
  sender: BroadcastSender,
  isLast: (step: Step) => boolean,
): KillableRunner {
  let dead = false;
  let isCounting = false;
  const others: Redis[] = [];
  let giveUp = (_error: Error): void => undefined;
  /** What every operation of a dead process waits for. */
  const never = new Promise<never>((_resolve, reject) => (giveUp = reject));
  never.catch(() => undefined);

  async function take<T>(step: Step, effect: () => Promise<T>): Promise<T> {
    if (dead) return never;
    if (isCounting && isLast(step)) {
      dead = true;
      for (const other of others) other.disconnect();
      await effect();
      return never;
    }
    const answer = await effect();
    return dead ? never : answer;
  }

  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = ((command: never, ...rest: never[]) => {
    const { name, args } = command as { name: string; args: unknown[] };
    if (name === 'info') return send(command, ...rest);
    const what = `${name} ${String(args[0])}`;
    return take({ redis: what }, () => send(command, ...rest) as Promise<unknown>);
  }) as typeof redis.sendCommand;
  const duplicate = redis.duplicate.bind(redis) as (...args: never[]) => Redis;
  redis.duplicate = ((...args: never[]) => {
    const other = duplicate(...args);
    others.push(other);
    return other;
  }) as typeof redis.duplicate;

  const made = createBroadcastRunner({
    ...options,
    redis,
    sender: {
      async send(call, { begin, signal }) {
        const mayBegin = (): Promise<boolean> => (dead ? never : begin());
        const result = await sender.send(call, { begin: mayBegin, signal });
        if (result.outcome === 'not-sent') return result;
        const left = call.payload['chat_id'] as number;
        return take({ left }, () => Promise.resolve(result));
      },
    },
  });
  return {
    isDead: () => dead,
    runner: {
      async start() {
        await made.start();
        isCounting = true;
      },
      stop: (deadline) => made.stop(deadline),
    },
    bury() {
      giveUp(new Error('It is dead.'));
      void made.stop(AbortSignal.abort()).catch(() => undefined);
    },
  };
}
