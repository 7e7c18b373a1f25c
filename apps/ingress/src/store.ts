import type { RoutedUpdate, UpdateBody } from '@chatlane/contracts';
import type { PushRefusal } from '@chatlane/lanes';
import { within } from '@chatlane/redis';
import type { IngressObserver, NotStored, Outcome, Source } from './observer.js';

/** What the ingress asks of the lanes. */
export interface IntakePort {
  /** Resolves when the update is in its lane and the lane is woken, both confirmed. */
  push(
    update: RoutedUpdate,
    raw: Buffer,
    options?: { evenIfFull?: boolean },
  ): Promise<'stored' | 'duplicate' | PushRefusal>;
  /** Keeps a body that is no update. */
  park(raw: Buffer, reason: string): Promise<void>;
}

/**
 * Brings a body to safety. Once it resolves the body may be acknowledged; when it rejects it has to
 * come again, and may come twice: the lanes know an update_id they have seen.
 *
 * @param options.evenIfFull the ceiling of the update's lane does not count
 */
export type Store = (body: UpdateBody, options?: { evenIfFull?: boolean }) => Promise<Outcome>;

/** The body is not safe, and has to come again. */
export class NotStoredError extends Error {
  override readonly name = 'NotStoredError';

  constructor(
    /** `unavailable`: Redis did not confirm in time, or at all. */
    readonly reason: NotStored,
    options?: ErrorOptions,
  ) {
    super(said[reason], options);
  }
}

const said: Record<NotStored, string> = {
  unavailable: 'Redis did not confirm the update.',
  'lane-full': 'The lane holds LANE_CEILING updates already.',
  'memory-full': 'Redis has used REDIS_MEMORY_BUDGET of its maxmemory.',
};

/** @param options.timeoutMs how long Redis may take to confirm. */
export function createStore(options: {
  intake: IntakePort;
  timeoutMs: number;
  source: Source;
  observer: Pick<IngressObserver, 'stored' | 'notStored'>;
}): Store {
  const { intake, timeoutMs, source, observer } = options;

  function keep(
    body: UpdateBody,
    options: { evenIfFull?: boolean },
  ): Promise<Outcome | PushRefusal> {
    if (body.update) return intake.push(body.update, body.raw, options);
    return intake.park(body.raw, body.parkedFor).then(() => 'parked');
  }

  function refuse(body: UpdateBody, reason: NotStored, cause?: unknown): never {
    observer.notStored(source, reason, { lane: body.update?.lane, error: cause });
    throw new NotStoredError(reason, { cause });
  }

  return async function store(body, options = {}) {
    const begun = performance.now();
    let outcome: Outcome | PushRefusal;
    try {
      outcome = await within(timeoutMs, keep(body, options));
    } catch (error) {
      return refuse(body, 'unavailable', error);
    }
    if (outcome === 'lane-full' || outcome === 'memory-full') return refuse(body, outcome);
    observer.stored(source, outcome, performance.now() - begun);
    return outcome;
  };
}
