/** A Redis connection, as far as a killable process needs it. */
export interface KillableConnection {
  /** Sends a command, as ioredis does. */
  sendCommand(...args: never[]): unknown;
  /** Opens another connection, which a dying process loses. */
  duplicate(...args: never[]): { disconnect(): void };
}

/** A process inside of a test that is killed at one of its steps: afterwards, nothing it does has any effect. */
export interface Killable<Step> {
  /** Whether the last step has been taken. */
  isDead: () => boolean;
  /** What every operation of a dead process waits for. Rejects when the process is buried. */
  never: Promise<never>;
  /** From now on, steps are passed to `isLast`. */
  arm: () => void;
  /** Performs a step. The last one takes effect, but its answer is lost. */
  take: <T>(step: Step, effect: () => Promise<T>) => Promise<T>;
  /** Ends what still waits. */
  bury: () => void;
}

/**
 * Makes every command on `redis` a step of a killable process.
 *
 * @param stepOf the step that a command is, by its name and its first argument
 * @param isLast whether the process dies at this step
 */
export function createKillable<Step>(
  redis: KillableConnection,
  options: { stepOf: (name: string, argument: string) => Step; isLast: (step: Step) => boolean },
): Killable<Step> {
  let dead = false;
  let armed = false;
  const others: { disconnect(): void }[] = [];
  let giveUp = (_error: Error): void => undefined;
  const never = new Promise<never>((_resolve, reject) => (giveUp = reject));
  never.catch(() => undefined);

  async function take<T>(step: Step, effect: () => Promise<T>): Promise<T> {
    if (dead) return never;
    if (armed && options.isLast(step)) {
      dead = true;
      for (const other of others) other.disconnect();
      await effect();
      return never;
    }
    const answer = await effect();
    return dead ? never : answer;
  }

  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, ...rest) => {
    const { name, args } = command as { name: string; args: unknown[] };
    // The connections of a killable process are established like any other.
    if (name === 'info') return send(command, ...rest);
    const step = options.stepOf(name, String(args[0]));
    return take(step, () => send(command, ...rest) as Promise<unknown>);
  };
  const duplicate = redis.duplicate.bind(redis);
  redis.duplicate = (...args) => {
    const other = duplicate(...args);
    others.push(other);
    return other;
  };

  return {
    isDead: () => dead,
    never,
    arm: () => void (armed = true),
    take,
    bury: () => giveUp(new Error('It is dead.')),
  };
}
