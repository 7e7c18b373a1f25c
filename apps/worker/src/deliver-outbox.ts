import type { ForwardedEvent } from '@chatlane/contracts';
import type { DownloadQueue } from '@chatlane/downloads';
import type { Deliver, Intake } from '@chatlane/lanes';

/** Where outbox entries are delivered. */
export interface Receivers {
  downloads: Pick<DownloadQueue, 'add'>;
  intake: Pick<Intake, 'pushInternal'>;
}

/**
 * Creates the function that delivers the outbox entries of committed turns: downloads to their queue, events to their
 * lane.
 */
export function createOutboxDelivery({ downloads, intake }: Receivers): Deliver {
  return async ({ id, kind, json }) => {
    if (kind !== 'download' && kind !== 'forget' && kind !== 'event') {
      // A worker of a newer version may know the kind, so the entry stays in the outbox.
      throw new Error(
        `This worker cannot deliver outbox entries of the kind ${kind}, such as ${id}.`,
      );
    }
    const content = parse(json);
    // The parser's own error quotes the JSON, which may contain text written by users.
    if (content === undefined) {
      throw new Error(`The outbox entry ${id} of the kind ${kind} is not valid JSON.`);
    }
    if (kind !== 'event') return downloads.add(kind, json);
    if (!isForwardedEvent(content)) {
      throw new Error(`The outbox entry ${id} of the kind event has no lane or no kind.`);
    }
    const { lane, sessionUser, ...event } = content;
    // The entry's id deduplicates repeated deliveries of the same event.
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
