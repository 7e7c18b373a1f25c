import type { ForwardedEvent } from '@chatlane/contracts';
import type { PushRefusal } from '@chatlane/lanes';
import {
  createPostEndpoint,
  type PostEndpoint,
  type PostEndpointOptions,
} from '../endpoint/post-endpoint.js';
import type { IngressObserver } from '../observer.js';
import { createConfirm, type ConfirmOptions } from '../store.js';
import { EventBodyError, readEvent, type EventBody } from './read-event.js';

/** Data of 64 KiB may be several times as long when its characters are escaped. */
const MAX_BODY_BYTES = 512 * 1024;

/** Options of `createEvents`. */
export interface EventsOptions
  extends
    Pick<PostEndpointOptions, 'secret' | 'guard' | 'stopping'>,
    Pick<ConfirmOptions, 'timeoutMs'> {
  intake: {
    /** Resolves when Redis has confirmed that the event is in its lane and the lane is scheduled. */
    pushEvent(
      event: ForwardedEvent,
      options: { id: string | undefined },
    ): Promise<'stored' | 'duplicate' | PushRefusal>;
  };
  observer: Pick<IngressObserver, 'stored' | 'notStored' | 'refused'>;
}

/**
 * `POST /events` with `Authorization: Bearer <secret>`: sends an event to a chat, for programs in any language. Responds
 * with 200 once it is stored, with 400 and the field that is not valid, and with 413 when its data is too large; with
 * 429 and 503 as the webhook does.
 */
export function createEvents(options: EventsOptions): PostEndpoint {
  const { intake, timeoutMs, observer, ...endpoint } = options;
  const confirm = createConfirm({ timeoutMs, source: 'events', observer });

  return createPostEndpoint({
    ...endpoint,
    path: '/events',
    maxBytes: MAX_BODY_BYTES,
    secretIn: ({ headers }) => /^Bearer ([\w-]+)$/i.exec(headers.authorization ?? '')?.[1] ?? '',
    async receive(body) {
      let read: EventBody;
      try {
        read = readEvent(body);
      } catch (error) {
        if (!(error instanceof EventBodyError)) throw error;
        const { field, message } = error;
        // Its size is the only rule that data from JSON can break.
        const isTooLarge = field === 'data';
        observer.refused(isTooLarge ? 'too_large' : 'invalid_event');
        return { status: isTooLarge ? 413 : 400, json: { field, error: message } };
      }
      const { event, id } = read;
      const result = await confirm(event.lane, intake.pushEvent(event, { id }));
      return { status: 200, json: { result } };
    },
    onRejected: (why) => observer.refused(why),
  });
}
