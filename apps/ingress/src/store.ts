import type { RoutedUpdate, UpdateBody } from '@chatlane/contracts';
import type { PushRefusal } from '@chatlane/lanes';
import { within } from '@chatlane/redis';
import type { IngressObserver, NotStored, Outcome, Source } from './observer.js';

/** What the ingress needs from the lanes. */
export interface IntakePort {
  /** Resolves when Redis has confirmed that the update is in its lane and the lane is scheduled. */
  push(
    update: RoutedUpdate,
    raw: Buffer,
    options?: { evenIfFull?: boolean },
  ): Promise<'stored' | 'duplicate' | PushRefusal>;
  /** Stores a body that is not an update, for an operator. */
  park(raw: Buffer, reason: string): Promise<void>;
}

/**
 * Stores a body. Once it resolves, the body may be acknowledged. When it rejects, Telegram must send the body again,
 * possibly as a duplicate: the lanes recognize update ids they have seen.
 *
 * @param options.evenIfFull ignores the ceiling of the update's lane
 */
export type Store = (body: UpdateBody, options?: { evenIfFull?: boolean }) => Promise<Outcome>;

/** The body was not stored and must be sent again. */
export class NotStoredError extends Error {
  override readonly name = 'NotStoredError';

  constructor(
    /** `unavailable`: Redis did not confirm in time. */
    readonly reason: NotStored,
    options?: ErrorOptions,
  ) {
    super(messages[reason], options);
  }
}

const messages: Record<NotStored, string> = {
  unavailable: 'Redis did not confirm the update.',
  'lane-full': 'The lane already contains LANE_CEILING updates.',
  'memory-full': 'Redis has used REDIS_MEMORY_BUDGET of its maxmemory.',
};

/** Options of `createConfirm`. */
export interface ConfirmOptions {
  /** Milliseconds that Redis may take to confirm. */
  timeoutMs: number;
  source: Source;
  observer: Pick<IngressObserver, 'stored' | 'notStored'>;
}

/** Waits until Redis confirms a push for a lane. Rejects with a `NotStoredError` when it does not. */
type Confirm = (lane: string | undefined, push: Promise<Outcome | PushRefusal>) => Promise<Outcome>;

export function createConfirm({ timeoutMs, source, observer }: ConfirmOptions): Confirm {
  function refuse(lane: string | undefined, reason: NotStored, cause?: unknown): never {
    observer.notStored(source, reason, { lane, error: cause });
    throw new NotStoredError(reason, { cause });
  }

  return async function confirm(lane, push) {
    const begun = performance.now();
    let outcome: Outcome | PushRefusal;
    try {
      outcome = await within(timeoutMs, push);
    } catch (error) {
      return refuse(lane, 'unavailable', error);
    }
    if (outcome === 'lane-full' || outcome === 'memory-full') return refuse(lane, outcome);
    observer.stored(source, outcome, performance.now() - begun);
    return outcome;
  };
}

export function createStore({
  intake,
  ...options
}: ConfirmOptions & { intake: IntakePort }): Store {
  const confirm = createConfirm(options);

  function pushOrPark(
    body: UpdateBody,
    options: { evenIfFull?: boolean },
  ): Promise<Outcome | PushRefusal> {
    if (body.update) return intake.push(body.update, body.raw, options);
    return intake.park(body.raw, body.parkedFor).then(() => 'parked');
  }

  return (body, options = {}) => confirm(body.update?.lane, pushOrPark(body, options));
}
