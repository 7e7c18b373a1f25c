import type { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';

/** A file to be uploaded with a call: Telegraf's `InputFile`. */
export interface UploadedFile {
  /** A path, bytes or a stream; anything else is rejected when it is opened. */
  readonly source?: unknown;
  /** The URL from which the file is fetched and uploaded. */
  readonly url?: unknown;
  readonly filename?: unknown;
}

/** The fields in which the Bot API accepts a file; an object in any other field is JSON. */
const fileFields: ReadonlySet<string> = new Set([
  'animation',
  'audio',
  'certificate',
  'cover',
  'document',
  'live_photo',
  'media',
  'photo',
  'sticker',
  'thumb',
  'thumbnail',
  'video',
  'video_note',
  'voice',
]);

/** Whether `value` in the field `name` is a file to be uploaded. */
export function isUploadedFile(name: string, value: unknown): value is UploadedFile {
  if (!fileFields.has(name) || !isObject(value) || Array.isArray(value)) return false;
  return Boolean(value['source']) || Boolean(value['url']);
}

/** Whether the call uploads a file, so that it may take minutes. */
export function carriesUpload(payload: unknown): boolean {
  return findFile(payload, () => true);
}

/** False for a stream, which can be read only once: a second request would upload an empty file. */
export function canBeSentAgain(payload: unknown): boolean {
  return !findFile(payload, ({ source }) => isObject(source) && !ArrayBuffer.isView(source));
}

/**
 * Prevents a stream that fails before it is read from crashing the process with an unhandled `error` event. A later
 * read still rejects with the error.
 */
export function suppressStreamErrors(payload: unknown): void {
  findFile(payload, ({ source }) => {
    if (isStream(source)) source.on('error', () => undefined);
    return false;
  });
}

/** Closes the streams of a call that has ended, whether or not they were read. */
export function closeStreams(payload: unknown): void {
  findFile(payload, ({ source }) => {
    if (isStream(source)) source.destroy();
    else if (source instanceof ReadableStream && !source.locked)
      source.cancel().catch(() => undefined);
    return false;
  });
}

function isStream(source: unknown): source is Readable {
  return (
    isObject(source) &&
    typeof source['on'] === 'function' &&
    typeof source['destroy'] === 'function'
  );
}

/**
 * Files are at most this deep: `content.photo`, `media[].thumbnail`, `stickers[].sticker`,
 * `rich_message.blocks[].photo.media`.
 */
const MAX_DEPTH = 8;

function findFile(
  value: unknown,
  matches: (file: UploadedFile) => boolean,
  depth = MAX_DEPTH,
): boolean {
  if (!isObject(value) || ArrayBuffer.isView(value) || depth === 0) return false;
  if (Array.isArray(value)) return value.some((item) => findFile(item, matches, depth - 1));
  for (const name in value) {
    const inner = value[name];
    if (!isObject(inner)) continue;
    if (isUploadedFile(name, inner) ? matches(inner) : findFile(inner, matches, depth - 1)) {
      return true;
    }
  }
  return false;
}

/** Fields that identify a chat, a message, a user or a file, and never contain text written by users. */
const identifying = [
  'business_connection_id',
  'callback_query_id',
  'chat_id',
  'direct_messages_topic_id',
  'file_id',
  'from_chat_id',
  'inline_message_id',
  'inline_query_id',
  'message_id',
  'message_ids',
  'message_thread_id',
  'sender_chat_id',
  'user_id',
] as const;

/** The fields of a call that may appear in an error. */
export function identifyingFields(payload: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    identifying.filter((name) => isIdentifier(payload[name])).map((name) => [name, payload[name]]),
  );
}

function isIdentifier(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'number');
  return typeof value === 'number' || (typeof value === 'string' && /^[-@\w]{1,200}$/.test(value));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
