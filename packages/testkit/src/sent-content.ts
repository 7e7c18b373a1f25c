import { mediaKinds, type MediaKind } from '@chatlane/contracts';
import { fileContent, typedText, type Message, type RunningSimulator } from '@chatlane/simulator';

/**
 * What a person sends instead of a text: a file under its kind, such as `{ photo: bytes, caption: 'Me' }` or
 * `{ document: true }`, or any other fields of a message, such as `{ location: { latitude: 48.1, longitude: 11.6 } }`.
 */
export interface SentContent {
  /** A photo: its bytes, or true for a sample. */
  photo?: FileBytes | object;
  /** A file. */
  document?: FileBytes | object;
  /** A video. */
  video?: FileBytes | object;
  /** A piece of music. */
  audio?: FileBytes | object;
  /** A voice message. */
  voice?: FileBytes | object;
  /** A round video. */
  video_note?: FileBytes | object;
  /** A GIF. */
  animation?: FileBytes | object;
  /** A sticker. */
  sticker?: FileBytes | object;
  /** The name of the file. Default: `sample`. */
  name?: string;
  /** The type of the file, such as `application/pdf`. */
  type?: string;
  /** What is written below the file. */
  caption?: string;
  /** The other fields of a message. */
  [field: string]: unknown;
}

/** The content of a file; true for a sample. */
export type FileBytes = Uint8Array | true;

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** The fields of the message that carries the content. */
export function contentOf(telegram: RunningSimulator, sent: SentContent): Partial<Message> {
  const kind = mediaKinds.find((each) => isBytes(sent[each]));
  if (kind === undefined) {
    const { caption, ...fields } = sent;
    return { ...fields, ...(caption !== undefined && typedText(caption, 'caption')) };
  }
  const { name = 'sample', type = 'application/octet-stream', caption, ...rest } = sent;
  const { [kind]: given, ...fields } = rest;
  const bytes = given === true ? sampleOf(kind) : Buffer.from(given as Uint8Array);
  return { ...fileContent(telegram, { kind, bytes, name, mimeType: type, caption }), ...fields };
}

function isBytes(value: unknown): value is FileBytes {
  return value === true || value instanceof Uint8Array || Buffer.isBuffer(value);
}

function sampleOf(kind: MediaKind): Buffer {
  return kind === 'photo' || kind === 'sticker' ? PIXEL : Buffer.from('A sample.');
}
