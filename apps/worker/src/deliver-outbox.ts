import type { ForwardedEvent } from '@chatlane/contracts';
import type { DownloadQueue } from '@chatlane/downloads';
import type { Deliver, Intake, LaterQueue, OutboxEntry } from '@chatlane/lanes';

/** Where outbox entries are delivered. */
export interface Receivers {
  downloads: Pick<DownloadQueue, 'add'>;
  intake: Pick<Intake, 'pushInternal'>;
  later: Pick<LaterQueue, 'add' | 'remove'>;
}

/**
 * Creates the function that delivers the outbox entries of committed turns: downloads to their queue, events to their
 * lane, and events that are not due yet to the queue in which they wait.
 */
export function createOutboxDelivery({ downloads, intake, later }: Receivers): Deliver {
  return async (entry) => {
    const { id, kind, json } = entry;
    switch (kind) {
      case 'download':
      case 'forget':
        parse(entry);
        return downloads.add(kind, json);
      case 'later':
        parse(entry);
        return later.add(json);
      case 'cancel-later':
        return later.remove((parse(entry) as { id: string }).id);
      case 'event': {
        const content = parse(entry);
        if (!isForwardedEvent(content)) {
          throw new Error(`The outbox entry ${id} of the kind event has no lane or no kind.`);
        }
        const { lane, sessionUser, ...event } = content;
        // The entry's id deduplicates repeated deliveries of the same event.
        await intake.pushInternal({ type: 'internal', id, ...event }, lane, sessionUser);
        return;
      }
      default:
        // A worker of a newer version may know the kind, so the entry stays in the outbox.
        throw new Error(
          `This worker cannot deliver outbox entries of the kind ${kind}, such as ${id}.`,
        );
    }
  };
}

function parse({ id, kind, json }: OutboxEntry): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    // The parser's own error quotes the JSON, which may contain text written by users.
    throw new Error(`The outbox entry ${id} of the kind ${kind} is not valid JSON.`);
  }
}

function isForwardedEvent(content: unknown): content is ForwardedEvent {
  const { lane, kind } = (content ?? {}) as Partial<Record<string, unknown>>;
  return typeof lane === 'string' && lane !== '' && typeof kind === 'string';
}
