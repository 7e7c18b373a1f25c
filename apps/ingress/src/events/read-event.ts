import {
  checkId,
  eventForChat,
  InvalidEventError,
  isNestedTooDeeply,
  type ForwardedEvent,
} from '@chatlane/contracts';

/** An event in the body of a request. */
export interface EventBody {
  event: ForwardedEvent;
  id: string | undefined;
}

/** The body of a request is not an event. */
export class EventBodyError extends Error {
  override readonly name = 'EventBodyError';

  constructor(
    /** The field at fault; `body` for the whole. */
    readonly field: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const fields: readonly string[] = ['chat', 'name', 'data', 'at', 'user', 'key', 'id'];

/**
 * Reads `{"chat", "name", "data", "at"?, "user"?, "key"?, "id"?}`. Times are ISO 8601 with a time zone, or milliseconds
 * since 1970.
 *
 * @throws EventBodyError naming the field that is not valid
 */
export function readEvent(bytes: Buffer): EventBody {
  const body = readObject(bytes);
  const unknown = Object.keys(body).find((field) => !fields.includes(field));
  if (unknown !== undefined) {
    const shown = /^\w{1,40}$/.test(unknown) ? unknown : '*';
    throw new EventBodyError(shown, `The fields of an event are ${fields.join(', ')}.`);
  }
  const { chat, name, data, at, user, key, id } = body;
  try {
    const event = eventForChat(chat as number, name as string, data, {
      ...(at != null && { at: timeIn(at) }),
      ...(user != null && { userId: user as number }),
      ...(key != null && { key: key as string }),
    });
    return { event, id: id == null ? undefined : checkId(id) };
  } catch (error) {
    if (!(error instanceof InvalidEventError)) throw error;
    throw new EventBodyError(error.field, error.message, { cause: error });
  }
}

function readObject(bytes: Buffer): Partial<Record<string, unknown>> {
  const text = bytes.toString('utf8');
  let body: unknown;
  try {
    if (!isNestedTooDeeply(text)) body = JSON.parse(text);
  } catch {
    // Reported below. The parser's own error quotes the text.
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw new EventBodyError(
    'body',
    'The body must be a JSON object, nested at most 100 levels deep.',
  );
}

/** A local time without a zone would depend on the server. */
function timeIn(at: unknown): Date | number {
  if (typeof at === 'number') return at;
  const isZoned = typeof at === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(at);
  return isZoned ? new Date(at) : NaN;
}
