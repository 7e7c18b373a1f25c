import type { RoutedUpdate } from '@chatlane/contracts';
import type { IngressObserver, Outcome, Source } from './observer.js';
import type { Body } from './read-body.js';

/** What the ingress asks of the lanes. */
export interface IntakePort {
  /** Resolves when the update is in its lane and the lane is woken, both confirmed. */
  push(update: RoutedUpdate, raw: Buffer): Promise<'stored' | 'duplicate'>;
  /** Keeps a body that is no update. */
  park(raw: Buffer, reason: string): Promise<void>;
}

/**
 * Brings a body to safety. Once it resolves the body may be acknowledged; when it rejects it has to
 * come again, and may come twice: the lanes know an update_id they have seen.
 */
export type Store = (body: Body) => Promise<Outcome>;

/** Redis did not confirm in time, or at all. */
export class NotStoredError extends Error {
  override readonly name = 'NotStoredError';
}

/** @param options.timeoutMs how long Redis may take to confirm. */
export function createStore(options: {
  intake: IntakePort;
  timeoutMs: number;
  source: Source;
  observer: Pick<IngressObserver, 'stored' | 'notStored'>;
}): Store {
  const { intake, timeoutMs, source, observer } = options;

  async function keep(body: Body): Promise<Outcome> {
    if (body.update) return intake.push(body.update, body.raw);
    await intake.park(body.raw, body.parkedFor);
    return 'parked';
  }

  return async function store(body) {
    const begun = performance.now();
    try {
      const outcome = await within(timeoutMs, keep(body));
      observer.stored(source, outcome, performance.now() - begun);
      return outcome;
    } catch (cause) {
      observer.notStored(source, cause);
      throw new NotStoredError('Redis did not confirm the update.', { cause });
    }
  };
}

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
