import type { ForwardedEvent } from '@chatlane/contracts';
import type { DownloadQueue } from '@chatlane/downloads';
import type { Deliver, Intake } from '@chatlane/lanes';

/** Where entries go. */
export interface Receivers {
  downloads: Pick<DownloadQueue, 'add'>;
  intake: Pick<Intake, 'pushInternal'>;
}

/** Takes what committed turns have asked for to those who do it. */
export function createOutboxDelivery({ downloads, intake }: Receivers): Deliver {
  return async ({ id, kind, json }) => {
    if (kind !== 'download' && kind !== 'forget' && kind !== 'event') {
      // A worker of a newer version may know it: the entry stays where it is.
      throw new Error(`Nobody takes outbox entries of the kind ${kind}, such as ${id}.`);
    }
    const content = parse(json);
    // What the parser says of broken JSON quotes it: a user's words may be in it.
    if (content === undefined) {
      throw new Error(`The outbox entry ${id} of the kind ${kind} is no JSON.`);
    }
    if (kind !== 'event') return downloads.add(kind, json);
    if (!isForwardedEvent(content)) {
      throw new Error(`The outbox entry ${id} of the kind event names no lane or no kind.`);
    }
    const { lane, sessionUser, ...event } = content;
    // The entry's id makes of several deliveries one event.
    await intake.pushInternal({ type: 'internal', id, ...event }, lane, sessionUser);
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

function isForwardedEvent(content: unknown): content is ForwardedEvent {
  const { lane, kind } = (content ?? {}) as Partial<Record<string, unknown>>;
  return typeof lane === 'string' && lane !== '' && typeof kind === 'string';
}
